#include "app/ui/forecast.h"

#include <algorithm>

#include "app/scene/ring.h"

namespace ui {
namespace {

using raft::Message;
using raft::MessageType;
using sim::NodeView;

std::string number(std::uint64_t value) { return std::to_string(value); }
std::string place(std::uint64_t index, std::uint64_t term) {
  return number(index) + " · " + number(term);
}

// The term of the entry at an index of the receiver's log; 0: it does not hold it.
std::uint64_t term_at(const NodeView& node, std::uint64_t index) {
  if (index == 0) return 0;
  if (index == node.snapshot_index.value) return node.snapshot_term.value;
  if (index < node.first.value || index > node.last.value || node.log == nullptr) return 0;
  const raft::EntryPtr entry = node.log->entry({index});
  return entry == nullptr ? 0 : entry->term.value;
}

class Receiver {
 public:
  Receiver(const NodeView& node, const Message& message) : node_(node), m_(message) {
    from_ = scene::node_name(message.from);
  }

  Forecast look() {
    if (!node_.mistakes.list().empty()) {
      say("Does as its mistakes have it", "a wrong rule is on there: what follows is the right one",
          "");
      out_.sure = false;
    }
    if (!take_term()) return out_;
    switch (m_.type) {
      case MessageType::kVote:
      case MessageType::kPreVote:
        vote();
        break;
      case MessageType::kVoteReply:
      case MessageType::kPreVoteReply:
        count();
        break;
      case MessageType::kAppend:
        if (follow()) append();
        break;
      case MessageType::kHeartbeat:
        if (!follow()) break;
        commit(m_.commit.value);
        answer(true, "Answers", "the leader knows then that it is there", "§5.2");
        break;
      case MessageType::kAppendReply:
        acknowledged();
        break;
      case MessageType::kHeartbeatReply:
        if (role_ == sim::RoleName::kLeader) {
          say("Knows that " + from_ + " is there", "and sends on what it may lack", "§5.3");
        } else {
          say("Ignores it", "it does not lead any more", "§5.2");
        }
        break;
      case MessageType::kSnapshot:
        if (follow()) snapshot();
        break;
      default:
        out_.sure = false;
        break;
    }
    return out_;
  }

 private:
  void say(std::string what, std::string why, std::string rule) {
    out_.steps.push_back({std::move(what), std::move(why), std::move(rule)});
  }
  void answer(bool yes, const std::string& what, const std::string& why, const std::string& rule) {
    out_.answer = yes ? Forecast::Answer::kYes : Forecast::Answer::kNo;
    say(what, why, rule);
  }

  // Terms are compared before anything else (paper section 5.1). False: that was all.
  bool take_term() {
    term_ = node_.term.value;
    role_ = node_.role;
    vote_ = node_.vote;
    leader_ = node_.leader;
    const std::uint64_t theirs = m_.term.value;
    if (theirs == term_) return true;
    const bool pre = m_.type == MessageType::kPreVote;
    const bool leads = m_.type == MessageType::kAppend || m_.type == MessageType::kHeartbeat;
    const std::string terms = "term " + number(theirs) + " is below its own, " + number(term_);
    if (theirs < term_) {
      if (pre) {
        answer(false, "Refuses the pre-vote", terms, "§9.6");
      } else if (leads && (node_.options.check_quorum || node_.options.pre_vote)) {
        answer(true, "Answers with its own term", terms, "§5.1");
      } else {
        say("Ignores it", terms, "§5.1");
      }
      return false;
    }
    const bool asks = m_.type == MessageType::kVote || pre;
    if (asks && m_.context != "CampaignTransfer" && node_.options.check_quorum &&
        leader_.value != 0 && node_.timer && node_.timer->elapsed < node_.options.election_tick) {
      say("Ignores it", "it heard its leader within an election timeout", "§4.2.3");
      return false;
    }
    if (pre || (m_.type == MessageType::kPreVoteReply && !m_.reject)) return true;
    const bool led = role_ == sim::RoleName::kLeader;
    say(led ? "Steps down" : "Takes over term " + number(theirs),
        "term " + number(theirs) + " is above its own, " + number(term_), "§5.1");
    term_ = theirs;
    role_ = sim::RoleName::kFollower;
    vote_ = {};
    leader_ = {};
    return true;
  }

  bool follow() {
    if (role_ == sim::RoleName::kLeader) {
      say("Halts", "another node claims to lead the same term", "§5.2");
      return false;
    }
    const bool fresh = role_ != sim::RoleName::kFollower || leader_ != m_.from;
    say(fresh ? "Follows " + from_ : "Starts its election timer again",
        fresh ? "it leads term " + number(term_) : "its leader is there", "§5.2");
    return true;
  }

  void vote() {
    const bool pre = m_.type == MessageType::kPreVote;
    const std::uint64_t own_term = term_at(node_, node_.last.value);
    const bool newer = m_.log_term.value != own_term ? m_.log_term.value > own_term
                                                     : m_.index.value >= node_.last.value;
    const bool free = vote_ == m_.from || (vote_.value == 0 && leader_.value == 0) ||
                      (pre && m_.term.value > term_);
    const std::string vote = pre ? "pre-vote" : "vote";
    const std::string logs = "its log ends at " + place(m_.index.value, m_.log_term.value) +
                             ", this one at " + place(node_.last.value, own_term);
    if (!free) {
      answer(false, "Refuses the " + vote,
             vote_.value != 0
                 ? "it has voted for " + scene::node_name(vote_) + " in term " + number(term_)
                 : "it follows " + scene::node_name(leader_) + " in term " + number(term_),
             "§5.2");
    } else if (!newer) {
      answer(false, "Refuses the " + vote, logs, "§5.4.1");
    } else {
      answer(true, "Grants " + from_ + " its " + vote, logs, pre ? "§9.6" : "§5.4.1");
    }
  }

  void count() {
    const bool pre = m_.type == MessageType::kPreVoteReply;
    const auto wanted = pre ? sim::RoleName::kPreCandidate : sim::RoleName::kCandidate;
    if (role_ != wanted) {
      say("Ignores it", "it asks for no " + std::string(pre ? "pre-votes" : "votes") + " now",
          "§5.2");
      return;
    }
    std::size_t granted = node_.votes.granted.size();
    const std::size_t quorum = node_.config.voters.size() / 2 + 1;
    const auto& known = node_.votes.granted;
    const bool again = std::find(known.begin(), known.end(), m_.from) != known.end();
    if (!m_.reject && !again) ++granted;
    const std::string words = number(granted) + " of " + number(quorum) + " that it needs";
    say(m_.reject ? "Counts a refusal" : "Counts a vote", words, "§5.2");
    if (granted >= quorum)
      say(pre ? "Asks for votes" : "Leads term " + number(term_), "it has a majority", "§5.2");
  }

  void append() {
    const std::uint64_t previous = m_.index.value, own_commit = node_.commit.value;
    if (previous < own_commit) {
      answer(true, "Answers that it holds " + number(own_commit),
             "what is said is committed here already", "§5.3");
      return;
    }
    const std::uint64_t own = term_at(node_, previous);
    const bool fits = previous == 0 || own == m_.log_term.value;
    if (!fits) {
      const bool missing = previous > node_.last.value;
      answer(false, m_.entries.empty() ? "Refuses it" : "Refuses the entries",
             missing ? "its log ends at " + number(node_.last.value) + ", before entry " +
                           number(previous)
                     : "its entry " + number(previous) + " is of term " + number(own) + ", not " +
                           number(m_.log_term.value),
             "§5.3");
      return;
    }
    auto next = m_.entries.begin();
    while (next != m_.entries.end() && term_at(node_, (*next)->index.value) == (*next)->term.value)
      ++next;
    if (next != m_.entries.end()) {
      const std::uint64_t first = (*next)->index.value, last = m_.entries.back()->index.value;
      if (first <= node_.last.value) {
        out_.truncates = true;
        say("Removes its log from " + number(first) + " on",
            "its entry there is of term " + number(term_at(node_, first)) + ", the leader's of " +
                number((*next)->term.value),
            "§5.3");
      }
      out_.appends = true;
      say(first == last ? "Appends entry " + number(first)
                        : "Appends " + number(first) + " to " + number(last),
          "the entry before is the same here", "§5.3");
    } else if (!m_.entries.empty()) {
      say("Appends nothing", "it holds these entries already", "§5.3");
    }
    const std::uint64_t vouched = previous + m_.entries.size();
    commit(std::min(m_.commit.value, vouched));
    answer(true, "Answers that it holds " + number(vouched),
           out_.appends ? "once its disk has synced them" : "", "§5.3");
  }

  void commit(std::uint64_t index) {
    if (index <= node_.commit.value) return;
    out_.commit = index;
    say("Commits up to " + number(index), "the leader says that so much is committed", "§5.3");
  }

  void acknowledged() {
    if (role_ != sim::RoleName::kLeader) {
      say("Ignores it", "it does not lead term " + number(m_.term.value) + " any more", "§5.2");
      return;
    }
    for (const sim::ProgressView& row : node_.progress) {
      if (row.node != m_.from) continue;
      if (m_.reject) {
        say("Tries " + from_ + " from an earlier entry",
            "entry " + number(m_.index.value) + " does not fit its log", "§5.3");
      } else if (m_.index > row.progress.match) {
        say("Knows that " + from_ + " holds " + number(m_.index.value),
            "up to now it knew of " + number(row.progress.match.value), "§5.3");
      } else {
        say("Learns nothing new",
            "it knows that " + from_ + " holds " + number(row.progress.match.value), "§5.3");
      }
    }
  }

  void snapshot() {
    const std::uint64_t index = m_.snapshot == nullptr ? 0 : m_.snapshot->index.value;
    if (index <= node_.commit.value) {
      say("Leaves it", "up to " + number(index) + " everything is committed here", "§7");
    } else if (term_at(node_, index) == m_.snapshot->term.value) {
      say("Keeps its log, and commits up to " + number(index),
          "it holds all that the snapshot covers", "§7");
    } else {
      say("Installs the snapshot up to " + number(index), "its log does not reach it", "§7");
    }
    answer(true, "Answers how far it is", "", "§7");
  }

  const NodeView& node_;
  const Message& m_;
  std::string from_;
  Forecast out_;
  std::uint64_t term_ = 0;
  sim::RoleName role_ = sim::RoleName::kFollower;
  raft::NodeId vote_, leader_;
};

}  // namespace

Forecast forecast(const sim::ClusterView& view, const sim::MessageView& message) {
  Forecast out;
  const NodeView* node = message.to.client == 0 ? view.node(message.to.node) : nullptr;
  const std::string name = scene::endpoint_name(message.to);
  if (message.fate != sim::Fate::kArrives) {
    out.steps.push_back({"Never hears of it",
                         message.fate == sim::Fate::kLostAtCut ? "the link is cut"
                                                               : "the network loses it on the way",
                         ""});
    return out;
  }
  if (node == nullptr || message.message == nullptr) {
    out.sure = false;
    return out;
  }
  if (node->state == sim::NodeState::kDown || node->state == sim::NodeState::kHalted) {
    out.steps.push_back({"Nothing", name + " does not run: it is lost on arrival", ""});
    return out;
  }
  if (node->state == sim::NodeState::kPaused) {
    out.steps.push_back({"Waits", name + " is paused, and looks at it when it runs again", ""});
    out.sure = false;
    return out;
  }
  return Receiver(*node, *message.message).look();
}

}  // namespace ui
