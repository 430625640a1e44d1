#include "router/conversation_memory.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("a conversation is remembered until newer ones push it out", "[router]") {
  ConversationMemory memory(2);
  memory.remember({1}, "local");
  memory.remember({2}, "openai");
  memory.remember({1}, "openai");
  CHECK(memory.backend_of({1}) == "openai");
  memory.remember({3}, "local");
  CHECK(memory.backend_of({1}).empty());
  CHECK(memory.backend_of({3}) == "local");
}

TEST_CASE("an unknown conversation is never remembered", "[router]") {
  ConversationMemory memory;
  memory.remember({}, "local");
  CHECK(memory.backend_of({}).empty());
}

}  // namespace
}  // namespace weir
