#include "router/receipts.h"

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>

#include "metrics/sha256.h"
#include "tests/router/house.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using nlohmann::json;

bool works(int) { return true; }

std::string header_of(const Answer& answer, const std::string& name) {
  const std::size_t begin = answer.headers.find(name + ": ");
  if (begin == std::string::npos) return {};
  const std::size_t value = begin + name.size() + 2;
  return answer.headers.substr(value, answer.headers.find("\r\n", value) - value);
}

TEST_CASE("an answer's receipt names it by hash, and the answer names its receipt", "[router]") {
  House house(succeed, succeed);
  house.begin_receipts(WithoutReceipt::kRefuse, works);
  const Answer answer = house.ask(asking("local"));
  REQUIRE(house.receipt_lines().size() == 1);
  const json receipt = json::parse(house.receipt_lines().front());
  CHECK(receipt["request_sha256"] == sha256_hex(asking("local")));
  CHECK(receipt["answer_sha256"] == sha256_hex(answer.body));
  CHECK(receipt["route"] == "local");
  CHECK(receipt["destination"] == "none");
  CHECK(header_of(answer, "x-weir-receipt") == "1:" + receipt["hash"].get<std::string>());
}

TEST_CASE("who wants the receipt itself gets it, of a stream as a comment", "[router]") {
  House house(succeed, succeed);
  house.begin_receipts(WithoutReceipt::kRefuse, works);
  const Answer whole = house.ask(asking("local"), "x-weir-want-receipt: true\r\n");
  CHECK(header_of(whole, "x-weir-receipt-json") == house.receipt_lines().at(0));
  const Answer stream = house.ask(asking("local", true), "x-weir-want-receipt: true\r\n");
  CHECK(contains(stream.body, "\n\n: x-weir-receipt-json " + house.receipt_lines().at(1) + "\n\n"));
  CHECK(stream.body.ends_with("data: [DONE]\n\n"));
}

TEST_CASE("refused and failed requests leave receipts too", "[router]") {
  House house(fail_locally, fail_to_connect);
  house.begin_receipts(WithoutReceipt::kRefuse, works);
  house.ask("{");
  house.ask(asking("big"));
  const auto lines = house.receipt_lines();
  REQUIRE(lines.size() == 2);
  CHECK(json::parse(lines[0])["status"] == 400);
  CHECK(json::parse(lines[1])["error"] == "upstream_connect");
}

TEST_CASE("while receipts cannot be written requests are refused or go on, as configured",
          "[router]") {
  const WithoutReceipt on_failure = GENERATE(WithoutReceipt::kRefuse, WithoutReceipt::kContinue);
  const bool refuses = on_failure == WithoutReceipt::kRefuse;
  House house(succeed, succeed);
  std::atomic<bool> broken{true};
  house.begin_receipts(on_failure, [&](int) { return !broken; });
  const Answer first = house.ask(asking("local"));  // nobody knew yet: it leaves, its receipt waits
  CHECK(first.status == 200);
  CHECK(header_of(first, "x-weir-receipt").empty());
  const Answer second = house.ask(asking("local"));
  CHECK(second.status == (refuses ? 503 : 200));
  CHECK(contains(second.body, "receipts_unwritable") == refuses);
  CHECK(house.ready() != refuses);
  CHECK(house.local_.runs == (refuses ? 1 : 2));
  broken = false;
  while (!house.takes_receipts()) std::this_thread::yield();
  CHECK(house.ready());
  CHECK(house.ask(asking("local")).status == 200);
  CHECK(house.receipt_lines().size() == (refuses ? 2 : 3));
}

TEST_CASE("an answer gate keeps what closes an answer until it is released", "[router]") {
  net::io_context context{1};
  DeadlineWheel wheel;
  IoThread thread{context, wheel, system_clock()};
  FakeExchange client(thread, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  AnswerGate gate(client, true);
  const auto run = [&](Async<WriteResult> step) {
    net::co_spawn(context, std::move(step), [](std::exception_ptr, WriteResult) {});
    context.restart();
    context.run();
  };
  run(gate.write_some("begin "));
  run(gate.finish("end"));
  CHECK(client.answer == "begin ");
  CHECK_FALSE(client.finished);
  run(gate.release());
  CHECK(client.answer == "begin end");
  CHECK(gate.answer().sha256() == sha256_hex("begin end"));
}

TEST_CASE("an answer that waits at the gate outlives who made it", "[router]") {
  net::io_context context{1};
  DeadlineWheel wheel;
  IoThread thread{context, wheel, system_clock()};
  FakeExchange client(thread, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  AnswerGate gate(client, false);
  const auto run = [&](Async<WriteResult> step) {
    net::co_spawn(context, std::move(step), [](std::exception_ptr, WriteResult) {});
    context.restart();
    context.run();
  };
  auto type = std::make_unique<std::string>("application/problem+json");
  Response response;
  response.content_type = *type;
  run(gate.send(std::move(response)));
  *type = "overwritten by somebody else";
  type.reset();
  run(gate.release());
  CHECK(client.content_type == "application/problem+json");
}

TEST_CASE("passed bytes are kept whole or not at all", "[router]") {
  PassedBytes bytes;
  bytes.keep(4);
  bytes.add("abc");
  CHECK(bytes.kept() == "abc");
  bytes.add("de");
  CHECK_FALSE(bytes.kept());
  bytes.add("f");
  CHECK_FALSE(bytes.kept());
  CHECK(bytes.size() == 6);
}

}  // namespace
}  // namespace weir
