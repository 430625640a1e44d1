// What constrained decoding costs: compiling schemas, and a token's mask.
//
// usage: grammar_bench VOCABULARY.gguf SCHEMA.json...
//
// Each answer is a walk of random tokens that the schema allows, with a liking for those that close
// something. Answers of fresh grammars meet every state for the first time; then the same grammar
// is used again.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "bench/open_tokenizer.h"
#include "core/rng.h"
#include "local_backend/grammar/answer_mask.h"
#include "local_backend/grammar/shapes.h"
#include "local_backend/grammar/token_grammar.h"

namespace {

using weir::TokenId;

// Time of this thread's own: what else runs on the machine does not count.
struct Clock {
  using duration = std::chrono::nanoseconds;

  static duration now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + duration(time.tv_nsec);
  }
};

constexpr int kAnswers = 20;
constexpr int kMostTokens = 400;

double microseconds(Clock::duration span) {
  return std::chrono::duration<double, std::micro>(span).count();
}

struct Times {
  std::vector<double> us;

  void add(Clock::duration span) { us.push_back(microseconds(span)); }
  double at(double share) {
    if (us.empty()) return 0;
    std::sort(us.begin(), us.end());
    return us[static_cast<std::size_t>(share * static_cast<double>(us.size() - 1))];
  }
};

TokenId pick(const weir::AllowedTokens& allowed, const weir::grammar::TokenTrie& trie,
             weir::Rng& rng) {
  if (!allowed.few.empty()) return allowed.few[rng.next() % allowed.few.size()];
  const bool close = rng.next() % 4 == 0;
  TokenId token = 0;
  for (int tries = 0; tries < 100'000; ++tries) {
    token = static_cast<TokenId>(rng.next() % trie.tokens());
    if (!allowed.set.has(token)) continue;
    if (!close || tries > 50'000) return token;
    const std::string_view bytes = trie.bytes(token);
    if (bytes.find_first_of("\"}]") != std::string_view::npos) return token;
  }
  return token;
}

// One answer: the time of each mask and of each token's acceptance with what must follow it.
void answer(weir::TokenMask& mask, const weir::Tokenizer& tokenizer,
            const weir::grammar::TokenTrie& trie, weir::Rng& rng, Times* times,
            std::size_t* followed) {
  for (int i = 0; i < kMostTokens; ++i) {
    auto begin = Clock::now();
    const weir::AllowedTokens& allowed = mask.allowed();
    const auto masked = Clock::now() - begin;
    const TokenId token = pick(allowed, trie, rng);
    begin = Clock::now();
    mask.accept(token);
    const std::vector<TokenId> following = mask.must_follow();
    for (const TokenId next : following) mask.accept(next);
    times->add(masked + (Clock::now() - begin));
    *followed += following.size();
    const TokenId last = following.empty() ? token : following.back();
    if (tokenizer.vocabulary().ends_answer(last)) return;
  }
}

std::string read_file(const char* path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void run(const char* path, const weir::Tokenizer& tokenizer,
         const std::shared_ptr<const weir::grammar::TokenTrie>& trie) {
  const std::string schema = read_file(path);
  Times compile;
  Times cold;
  Times warm;
  std::size_t followed = 0;
  weir::Rng rng(1);
  for (int i = 0; i < kAnswers; ++i) {
    const auto begin = Clock::now();
    auto graph = weir::grammar::SchemaGraph::read(schema, {});
    auto shapes = graph ? weir::grammar::ShapeGraph::create(std::move(*graph))
                        : weir::Result<std::unique_ptr<weir::grammar::ShapeGraph>>(graph.error());
    if (!shapes) {
      std::printf("%s: %s\n", path, shapes.error().message.c_str());
      return;
    }
    const auto root = (*shapes)->roots().front();
    auto grammar =
        std::make_shared<weir::grammar::TokenGrammar>(std::move(*shapes), tokenizer, trie);
    weir::grammar::Machine& machine = grammar->machine();
    const auto start = machine.state(machine.value(root, machine.end()));
    compile.add(Clock::now() - begin);
    for (Times* const times : {&cold, &warm}) {
      weir::grammar::AnswerMask mask(grammar, {start, {}, false});
      answer(mask, tokenizer, *trie, rng, times, &followed);
    }
  }
  std::printf(
      "%s: %zu bytes; compiled in %.2f ms (%.2f at most); a token %.1f us at p50, %.1f at p99, "
      "%.0f at most in a fresh grammar, %.1f, %.1f, %.0f in a used one; %zu tokens, %zu more that "
      "had to follow\n",
      path, schema.size(), compile.at(0.5) / 1000, compile.at(1) / 1000, cold.at(0.5),
      cold.at(0.99), cold.at(1), warm.at(0.5), warm.at(0.99), warm.at(1),
      cold.us.size() + warm.us.size(), followed);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: grammar_bench VOCABULARY.gguf SCHEMA.json...\n");
    return 2;
  }
  const auto tokenizer = weir::bench::open_tokenizer(argv[1]);
  if (tokenizer == nullptr) return 1;
  const auto begin = Clock::now();
  const auto trie = weir::grammar::make_token_trie(*tokenizer);
  std::printf("%zu tokens, sorted in %.0f ms\n", trie->tokens(),
              microseconds(Clock::now() - begin) / 1000);
  for (int i = 2; i < argc; ++i) run(argv[i], *tokenizer, trie);
  return 0;
}
