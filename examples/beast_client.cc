// A client of weir with Boost.Beast: asks once, prints the stream as it comes.
//
//   beast_client HOST PORT MODEL "a question"        WEIR_KEY holds the team's key
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/src.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::chrono::seconds kPatience{60};

struct Question {
  std::string host;
  std::string port;
  std::string model;
  std::string text;
};

http::request<http::string_body> request_of(const Question& question) {
  const nlohmann::json body = {
      {"model", question.model},
      {"stream", true},
      {"max_tokens", 60},
      {"messages", {{{"role", "user"}, {"content", question.text}}}},
  };
  http::request<http::string_body> request(http::verb::post, "/v1/chat/completions", 11);
  request.set(http::field::host, question.host + ":" + question.port);
  request.set(http::field::content_type, "application/json");
  if (const char* key = std::getenv("WEIR_KEY")) {
    request.set(http::field::authorization, std::string("Bearer ") + key);
  }
  request.body() = body.dump();
  request.prepare_payload();
  return request;
}

void print_event(std::string_view data) {
  const auto chunk = nlohmann::json::parse(data, nullptr, false);
  if (chunk.is_discarded() || !chunk.contains("choices") || chunk["choices"].empty()) return;
  const std::string text = chunk["choices"][0]["delta"].value("content", std::string());
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

// Prints the events that are whole and leaves the rest in *bytes. True at the end mark.
bool print_events(std::string* bytes) {
  constexpr std::string_view kData = "data: ";
  for (std::size_t end = 0; (end = bytes->find("\n\n")) != std::string::npos;) {
    const std::string event = bytes->substr(0, end);
    bytes->erase(0, end + 2);
    if (!event.starts_with(kData)) continue;
    const std::string_view data = std::string_view(event).substr(kData.size());
    if (data == "[DONE]") return true;
    print_event(data);
  }
  return false;
}

// 0 when the stream came to its end.
int print_answer(beast::tcp_stream& stream) {
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(std::uint64_t{16} << 20);
  http::read_header(stream, buffer, parser);
  const auto& head = parser.get();
  std::fprintf(stderr, "%u, route %s, reason %s\n", head.result_int(),
               std::string(head["x-weir-route"]).c_str(),
               std::string(head["x-weir-reason"]).c_str());
  bool done = false;
  while (!done && !parser.is_done()) {
    stream.expires_after(kPatience);
    http::read_some(stream, buffer, parser);
    if (head.result() == http::status::ok) done = print_events(&parser.get().body());
  }
  if (!done) std::fprintf(stderr, "%s\n", parser.get().body().c_str());
  std::putchar('\n');
  return done ? 0 : 1;
}

int ask(const Question& question) {
  net::io_context io;
  net::ip::tcp::resolver resolver(io);
  beast::tcp_stream stream(io);
  stream.expires_after(kPatience);
  stream.connect(resolver.resolve(question.host, question.port));
  http::write(stream, request_of(question));
  return print_answer(stream);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: beast_client HOST PORT MODEL QUESTION\n");
    return 2;
  }
  try {
    return ask({argv[1], argv[2], argv[3], argv[4]});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "beast_client: %s\n", error.what());
    return 1;
  }
}
