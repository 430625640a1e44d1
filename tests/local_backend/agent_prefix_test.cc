// How much of an agent's prompt stays from one request to the next, in tokens.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "local_backend/prompt_hygiene.h"
#include "local_backend/tokenizer/tokenizer.h"
#include "tests/local_backend/agent_session.h"
#include "tests/local_backend/golden.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using Thoughts = test::AgentHabits::Thoughts;

struct Kept {
  std::size_t prompt_tokens = 0;  // of the first request
  double of_last = 1;             // the worst share of the last request's prompt that stays
  double cached = 1;              // the worst share of a prompt that the last one had
};

// Sanitizers see in some templates what there is to see, and all of them take ten minutes.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t kEveryTemplate = 4;
#else
constexpr std::size_t kEveryTemplate = 1;
#endif

using Renderer = std::function<Result<Prompt>(const test::AgentRequest&)>;

std::optional<Kept> measure(const Tokenizer& tokenizer, test::AgentSession session,
                            const Renderer& render) {
  Kept kept;
  std::vector<TokenId> last;
  for (std::size_t i = 0; i < session.size(); ++i) {
    const auto prompt = render(session.request(i));
    if (!prompt) return std::nullopt;
    const std::vector<TokenId> tokens = tokenizer.encode(*prompt);
    if (last.empty()) {
      kept.prompt_tokens = tokens.size();
    } else {
      const auto ends = std::mismatch(last.begin(), last.end(), tokens.begin(), tokens.end());
      const auto shared = static_cast<double>(ends.first - last.begin());
      kept.of_last = std::min(kept.of_last, shared / static_cast<double>(last.size()));
      kept.cached = std::min(kept.cached, shared / static_cast<double>(tokens.size()));
    }
    last = tokens;
  }
  return kept;
}

Renderer with_hygiene(const ChatTemplate& chat, bool on) {
  auto hygiene = std::make_shared<PromptHygiene>(chat, on);
  return [hygiene](const test::AgentRequest& request) -> Result<Prompt> {
    auto prompt = hygiene->render(request.turns, request.tools_json, {});
    if (!prompt) return prompt.error();
    return std::move(prompt->prompt);
  };
}

std::unique_ptr<Tokenizer> tokenizer_of(const std::filesystem::path& path) {
  return std::move(Tokenizer::create(*GgufFile::open(path.string()).value()).value());
}

std::unique_ptr<Tokenizer> own_tokenizer() {
  return tokenizer_of(std::filesystem::path(WEIR_SOURCE_DIR) / "tests/data/tokenizers/qwen2.gguf");
}

constexpr test::AgentHabits kAgents[] = {
    {"claude-code", true, false, false, Thoughts::kWithinLoop},
    {"openclaw", false, true, true, Thoughts::kNever},
    {"opencode", false, false, true, Thoughts::kAlways},
    {"inline thoughts", true, true, true, Thoughts::kInline},
};

constexpr test::AgentHabits kLongLoops{"long loops"};

test::AgentHabits without_thoughts(test::AgentHabits habits) {
  habits.thoughts = Thoughts::kNever;
  return habits;
}

// Where a client sends thoughts back they stay until the user speaks again: then the loop that has
// ended is read once more.
constexpr double kWithThoughts = 0.9;

// As most templates are: thoughts behind the last user message stay, older ones go.
constexpr std::string_view kForgets =
    "{% set ns = namespace(last=-1) %}{% for m in messages %}{% if m.role == 'user' %}"
    "{% set ns.last = loop.index0 %}{% endif %}{% endfor %}"
    "{% if tools %}<|im_start|>tools\n{% for t in tools %}{{ t | tojson }}\n{% endfor %}"
    "<|im_end|>\n{% endif %}"
    "{% for m in messages %}<|im_start|>{{ m.role }}\n"
    "{% if m.role == 'assistant' and m.reasoning_content and loop.index0 > ns.last %}"
    "<think>\n{{ m.reasoning_content }}\n</think>\n\n{% endif %}"
    "{{ m.content }}{% for c in m.tool_calls or [] %}<tool_call>{{ c.function | tojson }}"
    "</tool_call>{% endfor %}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}";

// As Qwen3.5's is: every answer behind the last user message has a place for thoughts.
std::string leaves_room() {
  std::string source(kForgets);
  const std::string_view asks = "m.role == 'assistant' and m.reasoning_content and";
  source.replace(source.find(asks), asks.size(), "m.role == 'assistant' and");
  return source;
}

void print(std::string_view name, std::string_view agent, const std::optional<Kept>& on,
           const std::optional<Kept>& off) {
  const auto share = [](const std::optional<Kept>& kept) { return kept ? kept->of_last * 100 : 0; };
  std::printf("  %-52.*s %-16.*s %6zu tokens  %6.2f %%  cached %6.2f %%  without %6.2f %%\n",
              static_cast<int>(name.size()), name.data(), static_cast<int>(agent.size()),
              agent.data(), on ? on->prompt_tokens : 0, share(on), on ? on->cached * 100 : 0,
              share(off));
}

TEST_CASE("An agent's prompts stay equal at the front, which they do not by themselves",
          "[hygiene][agents]") {
  const auto tokenizer = own_tokenizer();
  const std::string source = GENERATE(std::string(kForgets), leaves_room());
  const auto chat = ChatTemplate::of_source(source, "<s>", "</s>");
  for (const test::AgentHabits& habits : kAgents) {
    const test::AgentSession session(habits, 12, 20);
    const test::AgentSession silent(without_thoughts(habits), 12, 20);
    const auto on = measure(*tokenizer, session, with_hygiene(chat, true));
    const auto on_silent = measure(*tokenizer, silent, with_hygiene(chat, true));
    const auto off = measure(*tokenizer, session, with_hygiene(chat, false));
    print("own template", habits.name, on, off);
    CAPTURE(habits.name);
    REQUIRE(on);
    REQUIRE(off);
    CHECK(on->prompt_tokens > 12'000);
    CHECK(on_silent->of_last >= 0.98);
    CHECK(on_silent->cached >= 0.98);
    CHECK(on->of_last >= kWithThoughts);
    CHECK(on->cached >= kWithThoughts);
    CHECK(off->of_last < 0.98);
  }
}

TEST_CASE("A finished tool loop keeps its prompt when the user speaks again", "[hygiene][agents]") {
  const auto tokenizer = own_tokenizer();
  const test::AgentSession session(kLongLoops, 1, 800);
  const auto chat = ChatTemplate::of_source(leaves_room(), "<s>", "</s>");
  CHECK(measure(*tokenizer, session, with_hygiene(chat, true))->of_last >= 0.98);
  CHECK(measure(*tokenizer, session, with_hygiene(chat, false))->of_last < 0.5);
}

// What the worst of these agents keeps.
std::optional<Kept> worst_of(const Tokenizer& tokenizer, const Renderer& render,
                             const std::vector<test::AgentSession>& sessions) {
  Kept worst;
  for (const test::AgentSession& session : sessions) {
    const auto kept = measure(tokenizer, session, render);
    if (!kept) return std::nullopt;
    worst.prompt_tokens = std::max(worst.prompt_tokens, kept->prompt_tokens);
    worst.of_last = std::min(worst.of_last, kept->of_last);
    worst.cached = std::min(worst.cached, kept->cached);
  }
  return worst;
}

// Some templates move the tools to the last user message, whatever a client does: there
// a restless client must keep as much as one that changes nothing.
TEST_CASE("Real templates keep an agent's prompt as if it changed nothing",
          "[hygiene][agents][golden]") {
  const auto folder = test::data_path("templates/jinja");
  if (!folder) return;
  const auto tokenizer = tokenizer_of(*test::data_path("tokenizers/ggml-vocab-qwen35.gguf"));
  std::vector<test::AgentSession> restless;
  std::vector<test::AgentSession> thinking;
  for (const test::AgentHabits& habits : kAgents) {
    restless.emplace_back(without_thoughts(habits), 28, 20);
    thinking.emplace_back(habits, 28, 20);
  }
  const std::vector<test::AgentSession> loops(1, test::AgentSession(kLongLoops, 1, 800));
  const std::vector<test::AgentSession> calm(1, test::AgentSession({"calm"}, 28, 20));
  const std::vector<test::AgentSession> first(1, restless[1]);
  std::vector<std::filesystem::path> paths(std::filesystem::directory_iterator(*folder), {});
  std::sort(paths.begin(), paths.end());
  std::size_t looked_at = 0;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < paths.size(); i += kEveryTemplate) {
    const auto& path = paths[i];
    ++looked_at;
    const auto chat = ChatTemplate::of_source(test::read_all(path), "<s>", "</s>");
    const Renderer render = with_hygiene(chat, true);
    const auto best = worst_of(*tokenizer, render, calm);
    const auto on = worst_of(*tokenizer, render, restless);
    const auto thought = worst_of(*tokenizer, render, thinking);
    const auto loop = worst_of(*tokenizer, render, loops);
    const auto off = worst_of(*tokenizer, with_hygiene(chat, false), first);
    print(path.filename().string(), best ? "" : "no tool calls", on, off);
    CAPTURE(path.filename().string());
    REQUIRE(best.has_value() == on.has_value());
    if (!on || best->prompt_tokens < 8'000) continue;  // does not show tools
    CHECK(on->of_last >= std::min(0.98, best->of_last - 0.005));
    REQUIRE(thought);
    CHECK(thought->of_last >= std::min(kWithThoughts, best->of_last - 0.02));
    CHECK((best->of_last < 0.98 || loop->of_last >= 0.98));
    CHECK(off->of_last < 0.98);
    if (on->of_last >= 0.98) ++kept;
  }
  std::printf("  %zu of %zu templates keep 98 %%\n", kept, looked_at);
  CHECK(kept * 4 >= looked_at * 3);
}

}  // namespace
}  // namespace weir
