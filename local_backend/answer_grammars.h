// What the answers of one model are held to: JSON where the client asks for it, and calls of its
// tools in the words of the model.
//
// Grammars are kept, the last used ones, for a team that asks for the same again. Teams share none,
// so the time of a request does not tell what others ask for, and who has most of those that are
// kept gives up one for who comes. Thread-safe.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/chat.h"
#include "core/result.h"
#include "local_backend/grammar/answer_mask.h"
#include "local_backend/local_prompt.h"
#include "local_backend/slow_work.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "local_backend/tool_calls/answer_format.h"

namespace weir {

class AnswerGrammars {
 public:
  static constexpr std::size_t kMostKept = 16;

  // Both outlive it. `all_calls`: of tools that are not strict too.
  AnswerGrammars(const Tokenizer& tokenizer, const AnswerFormat& format, bool all_calls)
      : tokenizer_(tokenizer), format_(format), all_calls_(all_calls) {}

  // A mask; null if the answer may be anything. A schema of the response format, or of a strict
  // tool, that is not supported is kUnsupportedParameter, and one that is none, or that nothing
  // satisfies, is kInvalidRequest; Error::param names the field. Other tools then take any object.
  using Mask = Result<std::shared_ptr<TokenMask>>;

  // One that is being made. Who asked for it may let it go at any time, and `wake` is not called
  // any more then.
  class Pending {
   public:
    explicit Pending(std::function<void()> wake) : wake_(std::move(wake)) {}
    std::optional<Mask> take();  // unset: not yet
    void let_go();

   private:
    friend class AnswerGrammars;
    bool is_wanted();
    void give(Mask mask);

    std::mutex mutex_;
    std::function<void()> wake_;  // under mutex_; empty: let go
    std::optional<Mask> mask_;    // under mutex_
  };

  // What is kept, or needs no mask, in microseconds. Unset: it must be made.
  std::optional<Mask> ready(std::string_view team, const ChatRequest& request,
                            const LocalPrompt& prompt);
  // Makes it on another thread, as far as there is room, and calls `wake` there: a schema may take
  // most of a second. kOverloaded if too many are being made.
  Result<std::shared_ptr<Pending>> make(std::string_view team, const ChatRequest& request,
                                        const LocalPrompt& prompt, std::function<void()> wake);

 private:
  struct Made {
    std::shared_ptr<grammar::TokenGrammar> grammar;
    grammar::AnswerRoute route;
  };
  struct CallOf;
  struct Order;
  struct Kept {
    std::string team;
    std::string key;
    Made made;
  };

  std::shared_ptr<const grammar::TokenTrie> trie();
  std::shared_ptr<TokenMask> find(std::string_view team, const std::string& key);
  void keep(Kept kept);
  Order order_of(const ChatRequest& request, const LocalPrompt& prompt) const;
  Result<std::shared_ptr<const grammar::ShapeGraph>> shapes_for(const CallOf& tool) const;
  Result<std::shared_ptr<const grammar::ShapeGraph>> shapes_for(Order* order) const;
  Result<Made> make(Order order);
  Mask make_and_keep(const std::string& team, const Order& order);

  const Tokenizer& tokenizer_;
  const AnswerFormat& format_;
  const bool all_calls_;
  std::mutex mutex_;
  std::shared_ptr<const grammar::TokenTrie> trie_;  // under mutex_; made when first needed
  std::list<Kept> kept_;                            // under mutex_; the last used first
  SlowWork maker_{{}};                              // the last: it uses all others
};

}  // namespace weir
