#include "router/conversation_memory.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("a conversation is remembered until newer ones push it out", "[router]") {
  ConversationMemory memory(2);
  memory.remember({1}, "local", {});
  memory.remember({2}, "openai", {});
  memory.remember({1}, "openai", {});
  CHECK(memory.last_place({1}).backend == "openai");
  memory.remember({3}, "local", {});
  CHECK(memory.last_place({1}).backend.empty());
  CHECK(memory.last_place({3}).backend == "local");
}

TEST_CASE("a conversation's place has the time of its last answer", "[router]") {
  ConversationMemory memory;
  memory.remember({1}, "openai", SteadyTime(std::chrono::seconds(5)));
  memory.remember({1}, "openai", SteadyTime(std::chrono::seconds(9)));
  CHECK(memory.last_place({1}).last == SteadyTime(std::chrono::seconds(9)));
}

TEST_CASE("an unknown conversation is never remembered", "[router]") {
  ConversationMemory memory;
  memory.remember({}, "local", {});
  CHECK(memory.last_place({}).backend.empty());
}

}  // namespace
}  // namespace weir
