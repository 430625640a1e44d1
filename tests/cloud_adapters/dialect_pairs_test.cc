// One answer (a thought, text, two calls beside each other, usage) in every dialect, as the
// providers write it, in tests/data/dialects: read wherever it is cut, and told in every other.
#include <fstream>
#include <sstream>

#include "cloud_adapters/upstream/frame_reader.h"
#include "cloud_adapters/wire/codec.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

struct Side {
  Dialect dialect;
  std::string file;   // of streams/
  bool splits_usage;  // it tells cached tokens and those of thoughts apart
};

const std::vector<Side>& sides() {
  static const std::vector<Side> all = {
      {Dialect::kOpenAiChat, "openai_chat.sse", true},
      {Dialect::kOpenAiResponses, "openai_responses.sse", true},
      {Dialect::kAnthropic, "anthropic.sse", true},
      {Dialect::kGemini, "gemini.sse", true},
      {Dialect::kOllama, "ollama.jsonl", false},
  };
  return all;
}

std::string file(const std::string& name) {
  std::ifstream in(std::string(WEIR_SOURCE_DIR) + "/tests/data/dialects/" + name);
  REQUIRE(in.good());
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string body_of(const Side& side) {
  return file("bodies/" + side.file.substr(0, side.file.find('.')) + ".json");
}

// What a reader of an answer would remember of it, ids apart.
struct Told {
  std::string thought;
  std::string text;
  std::vector<std::pair<std::string, std::string>> calls;  // name, arguments without spaces
  FinishReason finish = FinishReason::kNone;
  std::int64_t prompt_tokens = 0;
  std::int64_t cached_tokens = 0;
  std::int64_t output_tokens = 0;
  std::int64_t thought_tokens = 0;
  int done = 0;

  void add(const StreamEvent& event) {
    switch (event.kind) {
      case EventKind::kReasoningDelta: thought += event.text; break;
      case EventKind::kTextDelta: text += event.text; break;
      case EventKind::kToolCallStart: calls.emplace_back(event.name, ""); break;
      case EventKind::kToolCallDelta: calls.back().second += event.text; break;
      case EventKind::kFinish: finish = event.finish; break;
      case EventKind::kUsage:
        prompt_tokens = event.usage.prompt_tokens();
        cached_tokens = event.usage.cache_read_tokens;
        output_tokens = event.usage.output_tokens;
        thought_tokens = event.usage.reasoning_tokens;
        break;
      case EventKind::kDone: ++done; break;
      default: break;
    }
  }

  // Gemini's and Ollama's calls without arguments may be told without any.
  std::string words() const {
    std::ostringstream out;
    out << "[" << thought << "] " << text;
    for (const auto& [name, arguments] : calls) {
      out << " " << name << (arguments.empty() ? "{}" : arguments);
    }
    out << " finish " << static_cast<int>(finish) << " done " << done;
    return out.str();
  }
  std::string counts(bool split) const {
    std::ostringstream out;
    out << prompt_tokens << " " << output_tokens;
    if (split) out << " of them " << cached_tokens << " " << thought_tokens;
    return out.str();
  }
};

const std::string kWords =
    "[Two things are asked.] Both at once: caf\u00e9 \U0001F307. "
    R"(get_weather{"city":"Wien","days":2} get_time{} finish 3 done 1)";

std::string counts(bool split) { return split ? "42 25 of them 12 6" : "42 25"; }

// Anthropic signs thoughts, Gemini calls. What Responses keeps of Anthropic comes back to it.
std::string lost_between(Dialect from, Dialect to) {
  const bool signs = from == Dialect::kAnthropic || from == Dialect::kGemini;
  if (!signs || from == to) return "";
  if (from == Dialect::kAnthropic && to == Dialect::kOpenAiResponses) return "";
  return to == Dialect::kAnthropic ? "tool_use.signature" : "signature";
}

// Reads a stream that arrives in these pieces and hands each event on.
template <typename Use>
void read(const Codec& codec, const std::vector<std::string_view>& pieces, const Use& use) {
  FrameReader reader(codec.stream_framing());
  const auto parser = codec.stream_parser(StreamDepth::kFull);
  std::vector<StreamEvent> events;
  SseFrame frame;
  const auto parse = [&] {
    if (!frame.is_event) return;
    events.clear();
    REQUIRE(parser->parse_event(frame.event, frame.data, frame.raw, &events).has_value());
    for (const StreamEvent& event : events) use(event);
  };
  for (const std::string_view piece : pieces) {
    std::string_view rest = piece;
    while (reader.next(&rest, &frame) == FrameReader::Status::kFrame) parse();
  }
  if (reader.finish(&frame) == FrameReader::Status::kFrame) parse();
  events.clear();
  REQUIRE(parser->finish(&events).has_value());
  for (const StreamEvent& event : events) use(event);
}

Told told_by(const Codec& codec, const std::vector<std::string_view>& pieces) {
  Told told;
  read(codec, pieces, [&](const StreamEvent& event) { told.add(event); });
  return told;
}

AnswerOptions options() {
  return {.id = "7", .model = "auto", .created_unix = 1700000000, .include_usage = true};
}

void tell(AnswerWriter* writer, const StreamEvent& event, std::string* out) {
  REQUIRE(writer->write(event, out).has_value());
  if (event.kind == EventKind::kDone) writer->write_terminator(out);
}

TEST_CASE("a provider's stream says the same wherever it is cut", "[dialects]") {
  for (const Side& side : sides()) {
    const Codec& codec = codec_of(side.dialect);
    const std::string bytes = file("streams/" + side.file);
    const std::string_view all = bytes;
    INFO(side.file);
    std::size_t wrong = 0;
    for (std::size_t cut = 0; cut <= all.size(); ++cut) {
      const Told told = told_by(codec, {all.substr(0, cut), all.substr(cut)});
      wrong +=
          told.words() != kWords || told.counts(side.splits_usage) != counts(side.splits_usage);
    }
    CHECK(wrong == 0);
    std::vector<std::string_view> single;
    single.reserve(all.size());
    for (std::size_t i = 0; i < all.size(); ++i) single.push_back(all.substr(i, 1));
    const Told told = told_by(codec, single);
    CHECK(told.words() == kWords);
    CHECK(told.counts(side.splits_usage) == counts(side.splits_usage));
  }
}

TEST_CASE("every dialect's stream is the same answer in every other", "[dialects]") {
  for (const Side& from : sides()) {
    for (const Side& to : sides()) {
      const std::string bytes = file("streams/" + from.file);
      const Codec& client = codec_of(to.dialect);
      const auto writer = client.stream_writer(options());
      std::string written;
      read(codec_of(from.dialect), {bytes},
           [&](const StreamEvent& event) { tell(writer.get(), event, &written); });
      INFO(from.file << " to " << to.file << "\n" << written);
      const Told told = told_by(client, {written});
      CHECK(told.words() == kWords);
      const bool split = from.splits_usage && to.splits_usage;
      CHECK(told.counts(split) == counts(split));
      CHECK(writer->lost().text() == lost_between(from.dialect, to.dialect));
    }
  }
}

TEST_CASE("every dialect's whole answer is the same answer in every other", "[dialects]") {
  for (const Side& from : sides()) {
    for (const Side& to : sides()) {
      const std::string bytes = body_of(from);
      const Codec& client = codec_of(to.dialect);
      const auto writer = client.body_writer(options());
      std::string written;
      const auto parsed = codec_of(from.dialect).parse_response(bytes);
      REQUIRE(parsed.has_value());
      for (const StreamEvent& event : parsed->events) {
        REQUIRE(writer->write(event, &written).has_value());
      }
      INFO(from.file << " to " << to.file << "\n" << written);
      const auto again = client.parse_response(written);
      REQUIRE(again.has_value());
      Told told;
      for (const StreamEvent& event : again->events) told.add(event);
      CHECK(told.words() == kWords);
      const bool split = from.splits_usage && to.splits_usage;
      CHECK(told.counts(split) == counts(split));
      CHECK(writer->lost().text() == lost_between(from.dialect, to.dialect));
    }
  }
}

// OpenAI often shows no word of a thought, only what stands for it.
TEST_CASE("Anthropic's clients get no signature that Anthropic did not make", "[dialects]") {
  for (const Dialect from : {Dialect::kAnthropic, Dialect::kOpenAiResponses}) {
    for (const bool redacted : {false, true}) {
      StreamEvent thought;
      thought.kind = EventKind::kReasoningDelta;
      thought.text = redacted ? "" : "So.";
      thought.signature = "c2ln";
      thought.redacted = redacted;
      thought.raw_dialect = from;
      for (const bool whole : {false, true}) {
        const Codec& codec = codec_of(Dialect::kAnthropic);
        const auto writer = whole ? codec.body_writer(options()) : codec.stream_writer(options());
        std::string out;
        REQUIRE(writer->write(thought, &out).has_value());
        StreamEvent done;
        done.kind = EventKind::kDone;
        REQUIRE(writer->write(done, &out).has_value());
        const bool own = from == Dialect::kAnthropic;
        CHECK((out.find("c2ln") != out.npos) == own);
        CHECK((out.find("redacted_thinking") != out.npos) == (own && redacted));
        CHECK((out.find("So.") != out.npos) == !redacted);
        CHECK(writer->lost().text() == (own ? "" : "signature"));
      }
    }
  }
}

}  // namespace
}  // namespace weir
