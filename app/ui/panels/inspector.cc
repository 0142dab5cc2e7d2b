#include <algorithm>

#include "app/scene/log_cells.h"
#include "app/ui/panels/panels.h"

namespace ui {
namespace {

using scene::Anchor;
using scene::Face;
using scene::Style;

std::string number(raft::Index index) { return std::to_string(index.value); }

float draw_empty(PanelContext& c, Surface& s, float y) {
  const float x = pane_margin(c.layout);
  const Style style{.size = 14, .color = s.t().ink2};
  return paragraph(s, x, y + 38,
                   tr("Click a node, a link, a message or a cell. Keys 1 to 9 choose a node."),
                   s.w() - 2 * x, style, 21);
}

float draw_link(PanelContext& c, Surface& s, float y) {
  const scene::Theme& t = s.t();
  const float x = pane_margin(c.layout), w = s.w() - 2 * x;
  const raft::NodeId from = c.state.selected.from, to = c.state.selected.to;
  const std::string name = tr("{1} to {2}", scene::node_name(from), scene::node_name(to));
  s.list().text(x, y + 39, name, {.size = 22, .color = t.ink, .weight = 600});
  for (const sim::LinkView& link : c.view.links) {
    if (link.from.node != from || link.to.node != to || link.from.client != 0 ||
        link.to.client != 0)
      continue;
    s.list().text(x + w, y + 38,
                  tr(link.cut    ? "cut"
                     : link.held ? "held"
                                 : "whole"),
                  {.size = 14, .color = link.cut ? t.danger : t.ink2, .anchor = Anchor::kEnd});
    const auto ratio = [](const sim::Ratio& r) {
      return r.numerator == 0 ? std::string("0")
                              : std::to_string(r.numerator) + "/" + std::to_string(r.denominator);
    };
    std::size_t flying = 0;
    for (const sim::MessageView& message : c.view.messages)
      flying += message.from.node == from && message.to.node == to;
    draw_figures(s, x, y + 76,
                 {{tr("delay"), sim::short_text(link.quality.delay.low) + "–" +
                                    sim::short_text(link.quality.delay.high)},
                  {tr("loss"), ratio(link.quality.loss)},
                  {tr("copies"), ratio(link.quality.duplicate)},
                  {tr("under way"), std::to_string(flying)}},
                 4, w / 4, 56, c.layout.tabbed ? 15 : 18);
    const sim::Endpoint a{from, 0}, b{to, 0};
    float bx = x;
    const float by = y + 126;
    const auto act = [&](const std::string& id, const std::string& label, ButtonKind kind,
                         const sim::Command& command) {
      const float bw = button_width(s, label, "");
      if (button(s, id, {bx, by, bw, 30}, {.label = label, .kind = kind}))
        c.out.commands.push_back(command);
      bx += bw + 8;
    };
    if (link.cut) {
      act("link.mend", tr("Mend"), ButtonKind::kPlain, sim::Mend{a, b, false});
    } else {
      act("link.cut", tr("Cut"), ButtonKind::kDanger, sim::Cut{a, b, false});
    }
    act("link.cut_both", tr("Cut both ways"), ButtonKind::kDanger, sim::Cut{a, b, true});
    if (link.held) {
      act("link.release", tr("Release"), ButtonKind::kPlain, sim::Release{a, b});
    } else {
      act("link.hold", tr("Hold"), ButtonKind::kPlain, sim::Hold{a, b});
    }
  }
  return y + 170;
}

float draw_title(PanelContext& c, Surface& s, const sim::NodeView& node, float x, float w,
                 float y) {
  const scene::Theme& t = s.t();
  scene::draw_term_badge(s.pen(), x + 14, y - 6, 13, node.term);
  const float at = s.list().text(x + 40, y + 1, scene::node_name(node.id),
                                 {.size = 22, .color = t.ink, .weight = 600});
  // What is known is since when it has its role, not since when it is paused.
  const bool running = node.state == sim::NodeState::kUp && !scene::unknown_of(node).role;
  std::string title = scene::role_label(node);
  const float end = s.list().text(at + 12, y, running ? tr("{1} since tick", title) + " " : title,
                                  {.size = 14, .color = t.ink2});
  if (running)
    s.list().text(end, y, sim::screen_text(node.role_since),
                  {.size = 14, .color = t.ink2, .face = Face::kMono});
  if (scene::unknown_of(node).disk) return y;
  scene::draw_cylinder(s.pen(), x + w - 14, y - 16, 14, 18, scene::disk_look(node),
                       std::min(0.9f, 0.25f + static_cast<float>(node.disk_bytes) / 4194304.0f));
  if (!c.layout.tabbed)
    s.list().text(x + w - 24, y, tr(node.pending_epochs > 0 ? "syncing" : "disk"),
                  {.size = 13, .color = t.ink2, .anchor = Anchor::kEnd});
  const Touch disk = s.touch("inspector.disk", {x + w - 80, y - 20, 82, 28}, true, false);
  s.tip("inspector.disk", disk,
        {tr("Disk of {1}: {2} used", scene::node_name(node.id), bytes_text(node.disk_bytes)),
         node.pending_epochs > 0 ? tr("{1} writes are not durable yet", node.pending_epochs)
                                 : tr("Everything written is durable"),
         ""});
  return y;
}

std::vector<Figure> figures_of(PanelContext& c, const sim::NodeView& node) {
  bool durable = false, commit = false, applied = false;
  for (const auto& change : c.changed) {
    if (change.node != node.id) continue;
    durable = change.durable;
    commit = change.commit;
    applied = change.applied;
  }
  std::string timer = "–";
  std::string label = tr("timer");
  if (node.timer) {
    if (node.role == sim::RoleName::kLeader) {
      label = tr("heartbeat in");
      const std::uint64_t beat = node.options.heartbeat_tick;
      const auto share = c.tick_share.find(node.id);
      const std::uint64_t part =
          share == c.tick_share.end() ? 0 : static_cast<std::uint64_t>(share->second * 1000);
      const std::uint64_t elapsed = beat == 0 ? 0 : (node.timer->elapsed % beat) * 1000 + part;
      timer = sim::short_text({beat * 1000 > elapsed ? (beat * 1000 - elapsed) / 10 * 10 : 0});
    } else {
      timer = std::to_string(node.timer->elapsed) + "/" + std::to_string(node.timer->limit);
    }
  }
  const scene::Unknown& unknown = scene::unknown_of(node);
  const auto figure = [](raft::Index index, bool not_told) {
    return scene::figure_text(index.value, not_told);
  };
  return {{tr("term"), scene::figure_text(node.term.value, unknown.term)},
          {tr("vote"), unknown.vote ? "–" : scene::node_name(node.vote)},
          {tr("first"), figure(node.first, unknown.last)},
          {tr("last"), figure(node.last, unknown.last)},
          {tr("durable"), figure(node.durable, unknown.durable), durable},
          {tr("commit"), figure(node.commit, unknown.commit), commit},
          {tr("applied"), figure(node.applied, unknown.applied), applied},
          {label, timer}};
}

// The followers as their leader knows them.
float draw_followers(PanelContext& c, Surface& s, const sim::NodeView& node, float x, float w,
                     float y) {
  const scene::Theme& t = s.t();
  const bool tight = c.layout.tabbed;
  const float step = tight ? 24 : 28, size = tight ? 14 : 15;
  const float at_match = tight ? 80 : 88, at_next = tight ? 118 : 148, at_state = tight ? 128 : 172,
              at_flight = tight ? 240 : std::min(330.0f, w - 78);
  draw_section(s, x, y + 12, w, tr("Followers as {1} knows them", scene::node_name(node.id)));
  y += tight ? 34 : 36;
  const auto head = [&](float dx, const std::string& label, Anchor anchor) {
    s.list().text(x + dx, y, label, {.size = 13, .color = t.ink3, .anchor = anchor});
  };
  head(0, tr("node"), Anchor::kStart);
  head(at_match, tr("match"), Anchor::kEnd);
  head(at_next, tr("next"), Anchor::kEnd);
  head(at_state, tr("state"), Anchor::kStart);
  head(at_flight, tr("in flight"), Anchor::kEnd);
  head(w, tr("answered"), Anchor::kEnd);
  const Style mono{.size = size, .color = t.ink, .face = Face::kMono, .anchor = Anchor::kEnd};
  for (const sim::ProgressView& row : node.progress) {
    y += step;
    const raft::Progress& progress = row.progress;
    s.list().text(x, y, scene::node_name(row.node), {.size = size, .color = t.ink, .weight = 600});
    s.list().text(x + at_match, y, number(progress.match), mono);
    s.list().text(x + at_next, y, number(progress.next), mono);
    const bool replicate = progress.state == raft::ProgressState::kReplicate,
               probe = progress.state == raft::ProgressState::kProbe;
    scene::draw_next_mark(s.pen(), x + at_state + 7, y - 5,
                          replicate ? scene::NextKind::kReplicate
                          : probe   ? scene::NextKind::kProbe
                                    : scene::NextKind::kSnapshot,
                          4.6f);
    s.list().text(x + at_state + (tight ? 18 : 22), y,
                  tr(replicate ? "replicate"
                     : probe   ? "probe"
                               : "snapshot"),
                  {.size = 14, .color = t.ink2});
    s.list().text(x + at_flight, y, std::to_string(progress.inflights.count()), mono);
    std::string answered = "–";
    bool late = false;
    if (row.last_answer) {
      const std::uint64_t ago =
          c.view.position.at.millis - std::min(c.view.position.at.millis, row.last_answer->millis);
      late = ago > node.options.election_tick * 1000;
      answered = std::to_string(ago / 1000) + "." + std::to_string(ago % 1000 / 100);
    }
    Style when = mono;
    if (late) when.color = t.warn;
    s.list().text(x + w, y, answered, when);
    if (late)
      scene::draw_warning(s.pen(), x + w - s.list().width(answered, when) - 14, y - 4.5f, 0.9f,
                          t.warn, false);
    const std::string name = "inspector.progress." + scene::node_name(row.node);
    const Touch touch = s.touch(name, {x - 6, y - step + 7, w + 12, step}, true, false);
    s.tip(name, touch,
          {tr("Match {1}: what {2} knows that {3} holds", number(progress.match),
              scene::node_name(node.id), scene::node_name(row.node)),
           tr("A fact; next is a guess. Answered: ticks since its last answer"), "§5.3"});
  }
  return y;
}

// The commit rule as a picture: what each voter holds, sorted; the one in the middle counts.
float draw_commit_box(PanelContext& c, Surface& s, const sim::NodeView& node, float x, float w,
                      float y) {
  const scene::Theme& t = s.t();
  struct Held {
    raft::NodeId node;
    std::uint64_t index;
  };
  std::vector<Held> held;
  for (const raft::NodeId voter : node.config.voters) {
    if (voter == node.id) {
      held.push_back({voter, node.durable.value});
      continue;
    }
    for (const sim::ProgressView& row : node.progress) {
      if (row.node == voter) held.push_back({voter, row.progress.match.value});
    }
  }
  if (held.empty()) return y;
  std::stable_sort(held.begin(), held.end(),
                   [](const Held& a, const Held& b) { return a.index > b.index; });
  const std::size_t quorum = held.size() / 2;
  const bool tight = c.layout.tabbed;
  const float pad = tight ? 12 : 14,
              dx = (w - 2 * pad + 20) / static_cast<float>(std::max<std::size_t>(held.size(), 3));
  const float h = tight ? 70 : 74;
  s.list().rect({x, y, w, h}, 6, {.fill = t.sunken});
  constexpr const char* kOrdinals[] = {tr_later("commit = largest of what {1} hold"),
                                       tr_later("commit = second largest of what {1} hold"),
                                       tr_later("commit = third largest of what {1} hold"),
                                       tr_later("commit = fourth largest of what {1} hold"),
                                       tr_later("commit = fifth largest of what {1} hold")};
  const bool joint = !node.config.outgoing.empty();
  const std::string words = joint ? tr("joint: a majority of the old voters, too")
                            : held.size() == 1
                                ? tr("commit = what it holds itself")
                                : tr(kOrdinals[std::min<std::size_t>(quorum, 4)], held.size());
  s.list().text(x + pad, y + 24, words, {.size = 13, .color = t.ink2});
  for (std::size_t i = 0; i < held.size(); ++i) {
    const float px = x + pad + static_cast<float>(i) * dx, val = std::min(dx - 24, 56.0f);
    const std::string value = std::to_string(held[i].index);
    if (i == quorum)
      s.list().rect({px - 7, y + 34, val + 14, 30}, 5,
                    {.stroke = t.accent, .width = 2 * std::min(t.line, 1.3f)});
    s.list().text(px, y + 55, scene::node_name(held[i].node), {.size = 13, .color = t.ink3});
    s.list().text(px + val, y + 55, value,
                  {.size = value.size() > 3 ? 13.0f : 16.0f,
                   .color = i == quorum ? t.accent : t.ink,
                   .face = Face::kMono,
                   .weight = i == quorum ? 700 : 400,
                   .anchor = Anchor::kEnd});
  }
  const Touch touch = s.touch("inspector.commit_box", {x, y, w, h}, true, false);
  s.tip(
      "inspector.commit_box", touch,
      {tr("An entry is committed once a majority holds it durably"),
       tr("Only entries of the leader's own term are counted; older ones follow along"), "§5.4.2"});
  return y + h;
}

float draw_why(PanelContext& c, Surface& s, raft::NodeId node, float x, float w, float y) {
  const scene::Theme& t = s.t();
  const bool tight = c.layout.tabbed;
  draw_section(s, x, y + 6, w, tr("Why"), tr("newest first"));
  y += tight ? 30 : 34;
  const float dx = tight ? 0 : 72;
  const std::vector<Reasoned> reasons =
      why_list(c.run.facts, node, 12, [&](const sim::Fact& fact) { return c.run.words(fact); });
  for (std::size_t i = 0; i < reasons.size(); ++i) {
    const Reasoned& fact = reasons[i];
    const Style mono{.size = 13, .color = t.ink3, .face = Face::kMono};
    const std::string when = sim::screen_text(fact.at);
    const std::string right = tight ? when : fact.rule;
    float room = w - dx;
    if (!right.empty()) {
      Style style = tight ? mono : Style{.size = 13, .color = t.ink3};
      style.anchor = Anchor::kEnd;
      s.list().text(x + w, y, right, style);
      room -= s.list().width(right, style) + 10;
    }
    if (!tight) s.list().text(x, y, when, mono);
    s.list().text_within(x + dx, y, fact.what, room, {.size = 14, .color = t.ink, .weight = 500});
    if (!fact.why.empty())
      s.list().text_within(x + dx, y + 19, fact.why, w - dx, {.size = 13, .color = t.ink2});
    const std::string name = "inspector.why." + std::to_string(i);
    const float h = fact.why.empty() ? 26 : tight ? 43 : 46;
    const Touch touch = s.touch(name, {x - 6, y - 16, w + 12, h}, true, false);
    s.tip(name, touch, {fact.what, fact.why, fact.rule});
    y += h;
  }
  if (reasons.empty()) {
    s.list().text(x, y, tr("Nothing decided within the facts still kept."),
                  {.size = 13, .color = t.ink2});
    y += 24;
  }
  return y;
}

}  // namespace

float draw_inspector(PanelContext& c, Surface& s, float y) {
  if (c.state.selected.kind == scene::Target::Kind::kLink) return draw_link(c, s, y);
  const sim::NodeView* node = c.state.selected.kind == scene::Target::Kind::kNode
                                  ? c.view.node(c.state.selected.node)
                                  : nullptr;
  if (node == nullptr) return draw_empty(c, s, y);
  const bool tight = c.layout.tabbed;
  const float x = pane_margin(c.layout), w = s.w() - 2 * x;
  y += tight ? 32 : 38;
  draw_title(c, s, *node, x, w, y);
  if (node->state == sim::NodeState::kHalted) {
    y = paragraph(s, x, y + 26, tr_sentence(node->reason), w, {.size = 13, .color = s.t().danger},
                  18);
  }
  y += tight ? 32 : 38;
  draw_figures(s, x, y, figures_of(c, *node), 4, w / 4, tight ? 46 : 56, tight ? 17 : 20);
  y += tight ? 96 : 116;
  if (node->role == sim::RoleName::kLeader && !node->progress.empty()) {
    draw_rule(s, x, y - 12, w);
    y = draw_followers(c, s, *node, x, w, y);
    y = draw_commit_box(c, s, *node, x, w, y + (tight ? 12.0f : 20.0f));
    y += tight ? 32 : 34;
  }
  if (node->role == sim::RoleName::kCandidate || node->role == sim::RoleName::kPreCandidate) {
    draw_rule(s, x, y - 12, w);
    scene::VotePips pips = scene::vote_pips(*node);
    draw_section(s, x, y + 12, w,
                 tr(node->role == sim::RoleName::kCandidate ? "Votes" : "Pre-votes"),
                 tr("{1} of {2} needed", pips.granted, pips.quorum));
    pips.size = 7;
    pips.gap = 9;
    scene::draw_pips(s.pen(), x, y + 36, pips);
    y += 74;
  }
  draw_rule(s, x, y - 18, w);
  return draw_why(c, s, node->id, x, w, y);
}

}  // namespace ui
