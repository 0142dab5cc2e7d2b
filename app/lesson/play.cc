#include "app/lesson/play.h"

#include <filesystem>
#include <utility>

#include "app/session/disk_images.h"

namespace lesson {
namespace {

class Check {
 public:
  Check(session::Session session, const Lesson& lesson)
      : session_(std::move(session)), lesson_(lesson) {}

  Checked run() && {
    for (const Step& step : lesson_.steps) {
      if (!run(step)) break;
    }
    return std::move(out_);
  }

 private:
  // False: something failed, and what follows would fail for that reason alone.
  bool run(const Step& step) {
    const Part* goal_at = last_of_goal(step);
    for (const Part& part : step.parts) {
      if (const auto* predict = std::get_if<Predict>(&part)) asked_.push_back(predict);
      if (const auto* commands = std::get_if<Commands>(&part)) {
        const bool by_hand = commands->doing == Doing::kByHand;
        if (by_hand && session_.holds(step.goal()->predicate)) {
          out_.notes.push_back(step.goal()->place.text() +
                               ": the goal holds before the learner has done anything");
        }
        if (!done(play(session_, *commands))) return false;
        if (!by_hand) test_predictions();
      }
      if (&part == goal_at) {
        if (!done(reach(session_, *step.goal()))) return false;
        test_predictions();
      }
    }
    return true;
  }

  bool done(const Status& status) {
    if (!status) out_.errors.push_back(status.error().message);
    return status.has_value();
  }

  void test_predictions() {
    for (const Predict* predict : std::exchange(asked_, {})) {
      for (const Choice& choice : predict->choices) {
        if (!choice.holds || session_.holds(*choice.holds) == choice.right) continue;
        const std::string place =
            choice.place.text() + ": the option '" + plain(choice.text) + "' is ";
        const std::string tick = " at tick " + sim::short_text({session_.position().at.millis}) +
                                 ": " + scenario::explain(*choice.holds, session_.view());
        out_.errors.push_back(choice.right
                                  ? place + "marked right, but " + scenario::print(*choice.holds) +
                                        " is false" + tick
                                  : place + "marked wrong, but " + scenario::print(*choice.holds) +
                                        " is true" + tick);
      }
    }
  }

  session::Session session_;
  const Lesson& lesson_;
  std::vector<const Predict*> asked_;  // whose holds: are to be tested
  Checked out_;
};

}  // namespace

const Part* last_of_goal(const Step& step) {
  const Part* last = nullptr;
  for (const Part& part : step.parts) {
    const auto* commands = std::get_if<Commands>(&part);
    const bool by_hand = commands && commands->doing == Doing::kByHand;
    if (by_hand || std::holds_alternative<Goal>(part)) last = &part;
  }
  return last;
}

Result<session::Session> boot(const Lesson& lesson) {
  sim::ClusterConfig config = lesson.config;
  session::DiskImages images;
  if (lesson.disk_images) {
    const std::string folder =
        (std::filesystem::path(lesson.file).parent_path() / *lesson.disk_images).string();
    RAFT_TRY_ASSIGN(images, session::read_disk_images(folder));
    if (!lesson.nodes_given) config.nodes = images.size();
    if (images.size() != config.nodes) {
      return Error{Code::kInvalidArgument,
                   lesson.file + ": the folder has databases of " + std::to_string(images.size()) +
                       " nodes, the cluster has " + std::to_string(config.nodes)};
    }
  }
  auto session = session::Session::start(config, std::move(images));
  if (!session) return Error{session.error().code, lesson.file + ": " + session.error().message};
  return session;
}

Status play(session::Session& session, const Commands& commands) {
  for (const scenario::Statement& statement : commands.statements) {
    RAFT_TRY(session.execute(statement));
  }
  return ok();
}

Status execute_up_to(session::Session& session, const scenario::Statement& statement,
                     const Goal& goal) {
  const auto* tick = std::get_if<scenario::Tick>(&statement.what);
  if (tick == nullptr || session.holds(goal.predicate)) return session.execute(statement);
  auto& stops = session.breakpoints();
  auto kept = std::exchange(stops, {goal.predicate});
  session.run(session.position().at + tick->by);
  stops = std::move(kept);
  return ok();
}

Status reach(session::Session& session, const Goal& goal) {
  const Status reached =
      session.execute({scenario::Until{goal.predicate, kGoalPatience}, goal.place});
  if (reached) return ok();
  return Error{reached.error().code, goal.place.text() + ": the goal was not reached within " +
                                         sim::short_text(kGoalPatience) + " ticks, up to tick " +
                                         sim::short_text({session.position().at.millis}) + ": " +
                                         scenario::print(goal.predicate) + "; " +
                                         scenario::explain(goal.predicate, session.view())};
}

Checked check_run(const Lesson& lesson) {
  auto session = boot(lesson);
  if (!session) return {{session.error().message}, {}};
  return Check(*std::move(session), lesson).run();
}

}  // namespace lesson
