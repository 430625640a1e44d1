#include "core/request_id.h"

#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("request ids grow within a millisecond and when the clock steps back", "[core]") {
  RequestIdSource source(7);
  const RequestId first = source.next(1'000'000);
  const RequestId second = source.next(1'000'000);
  const RequestId after_step_back = source.next(999'000);
  CHECK(first < second);
  CHECK(second < after_step_back);
}

TEST_CASE("a request id starts behind the last one of the ledger", "[core]") {
  const RequestId last = RequestIdSource(1).next(2'000'000);
  CHECK(RequestIdSource(1, last).next(1'000'000) > last);
}

TEST_CASE("a request id survives its text form and text order is time order", "[core]") {
  RequestIdSource source(3);
  const RequestId early = source.next(1'790'000'000'000);
  const RequestId late = source.next(1'790'000'000'001);
  CHECK(parse_request_id(to_string(early)) == early);
  CHECK(to_string(early) < to_string(late));
  CHECK(early.unix_ms() == 1'790'000'000'000);
}

TEST_CASE("parse_request_id refuses other text", "[core]") {
  const char* text = GENERATE("", "req_", "req_0000000000000U", "req_000000000000i",
                              "REQ_0000000000000", "req_00000000000000", "req_ZZZZZZZZZZZZZ");
  CAPTURE(text);
  CHECK_FALSE(parse_request_id(text).has_value());
}

}  // namespace
}  // namespace weir
