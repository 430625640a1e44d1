// Whether a text is JSON that satisfies a schema, told while it comes.
//
// One thread at a time.
#pragma once

#include <memory>
#include <string_view>

#include "core/result.h"
#include "local_backend/grammar/machine.h"
#include "local_backend/grammar/schema.h"

namespace weir::grammar {

class SchemaCheck {
 public:
  // Errors as SchemaGraph::read(). That nothing satisfies the schema is none.
  static Result<std::unique_ptr<SchemaCheck>> create(std::string_view schema_json,
                                                     SchemaOptions options, Layout layout);

  // Begins a text.
  void restart() { state_ = start_; }
  // Whether the text can still become right.
  bool push(std::string_view bytes) {
    state_ = step(bytes);
    return state_ != Machine::kDead;
  }
  // The same, and it stays where it is.
  bool extends(std::string_view bytes) { return step(bytes) != Machine::kDead; }
  // Whether it is right if it ends here.
  bool complete() const { return machine_.may_end(state_); }

  // Places and states of the machine so far, at most Machine::kMostParts: there every text ends.
  std::size_t parts() const { return machine_.parts(); }
  // Its schema takes too much work: what it says is not to be believed any more.
  bool is_spent() const { return machine_.is_spent(); }

  bool accepts(std::string_view text) {
    restart();
    return push(text) && complete();
  }

 private:
  static constexpr std::size_t kMostWork = 2'000'000;  // of one call, about 0.1 s

  StateId step(std::string_view bytes) {
    machine_.languages().allow_work(kMostWork);
    return machine_.step(state_, bytes);
  }

  SchemaCheck(std::shared_ptr<const ShapeGraph> shapes, Layout layout);

  Machine machine_;
  StateId start_;
  StateId state_;
};

}  // namespace weir::grammar
