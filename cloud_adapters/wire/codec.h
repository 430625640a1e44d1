// One codec per dialect, both ways: what a server of the dialect reads and
// writes, and what a client of it writes and reads. N codecs give N x N
// translations through core/chat.h and core/event.h.
//
// Codecs are stateless constants, shared by all threads. The parser and the
// writer of one answer are small objects that belong to one request. No I/O.
//
// The rule of translation: nothing is dropped in silence.
//   - Between two clients or servers of one dialect the original bytes go through, but for
//     thoughts that the server cannot have had: goes_as_it_came().
//   - What the other dialect cannot say and the answer does not stand or fall with (a
//     knob of sampling, a name, a hint for a cache, a foreign signature, a tool that only
//     the provider can run) is left out and listed, as Losses.
//   - What it would be another question without (an image, a file, a second choice) is
//     kUnsupportedParameter with Error::param, so that another backend may be asked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cloud_adapters/wire/losses.h"
#include "core/chat.h"
#include "core/clock.h"
#include "core/event.h"
#include "core/money.h"
#include "core/request_id.h"
#include "core/result.h"
#include "core/usage.h"

namespace weir {

inline constexpr std::size_t kMaxModelBytes = 256;  // of the model's name that a client sends

// What the path of a client's request says.
struct RequestPath {
  std::string_view model;   // in dialects that name it there; else empty
  bool stream = false;      // the same
  bool count_only = false;  // only the prompt's tokens are asked for: members that steer
                            // the answer may be missing
};

// How a request is written for an upstream.
struct RequestOptions {
  std::string_view model;     // the upstream's name of the model
  bool include_usage = true;  // ask for usage in a stream, where that must be asked for
  std::int64_t max_tokens =
      0;  // for dialects that demand one, if the request has none; 0 = refuse then
  // The longest answer, in tokens, where the client set no limit; 0 = it stays open.
  std::int64_t answer_tokens = 0;
  // The server has all members that OpenAI documents; others may refuse one they do not know.
  bool all_members = false;
  // OpenAI's own models answer, which refuse some of what other servers of its dialects take.
  bool openai_models = false;
};

struct WrittenRequest {
  std::string body;
  Losses lost;
};

// A complete answer that came in one piece. `events` is the same answer step by
// step, kStart to kDone, for a client of another dialect.
struct ParsedResponse {
  StreamEvent whole;  // kWhole: raw = the body given, id, model, finish, usage
  std::vector<StreamEvent> events;
  bool has_usage = false;
  bool absurd_usage = false;            // it has none, for what is told cannot be
  std::shared_ptr<const void> backing;  // keeps the views alive, except raw
};

// How much of a stream is looked at.
enum class StreamDepth : std::uint8_t {
  kFull,  // every frame becomes events, for translation
  kSkim,  // frames are forwarded as they are: text is not decoded (kOther), but
          // kFinish, kUsage, kDone and errors are found. A fraction of the cost.
};

// Turns the frames of one answer into events. Views in the events live until the
// next call; `raw` and `data` must live as long.
class StreamParser {
 public:
  virtual ~StreamParser() = default;

  // `event_name` and `data` are the frame's fields (SseFrame), `raw` all of it. Appends
  // at least one event. One of them carries raw, the others have raw_continues: it is
  // the first, but for a kUsage that is told at the terminator. So a kUsage with raw is a
  // frame of usage and nothing else, which a client that did not ask must not get. The
  // terminator is kDone. Usage that is negative or absurd counts as absent: no kUsage. If
  // there are several the last counts.
  //
  // Fails with kUpstreamProtocol for what is not of the dialect and with
  // kUpstreamStatus for an error in the stream; `upstream` then holds its data.
  virtual Result<void> parse_event(std::string_view event_name, std::string_view data,
                                   std::string_view raw, std::vector<StreamEvent>* events) = 0;

  // The body ended. kUpstreamClosed if the answer had not. Where the dialect has no
  // terminator this appends kDone, without raw, and what comes before it.
  virtual Result<void> finish(std::vector<StreamEvent>* events) = 0;
};

// The `weir` object of answers that weir encodes itself. Unset members are left out.
struct WeirNote {
  std::string_view route;  // local, site or cloud
  std::string_view reason;
  std::string_view model;
  std::optional<NanoUsd> cost;
  std::optional<NanoUsd> saved;
};

struct AnswerOptions {
  std::string_view id;            // of the answer, without the dialect's prefix; copied
  std::string_view model;         // the name the client sees; copied. Empty: the upstream's
  std::int64_t created_unix = 0;  // seconds
  bool include_usage = false;     // the client asked for a usage chunk (streams)
  // What is answered: for dialects that repeat parts of it, and for the forms of its tools.
  // Outlives the writer. May be null.
  const ChatRequest* request = nullptr;
  // A guess, for a stream whose dialect tells at its start what most providers know at its end.
  std::int64_t expected_prompt_tokens = 0;
  // For dialects that tell how long an answer took, from `began` on. Outlives the writer.
  // Null: they say 0.
  const Clock* clock = nullptr;
  SteadyTime began{};
};

// Writes the events of one answer in the client's dialect, as a stream or as one
// body. It never forwards `raw`: that is the sink's choice before it comes here.
class AnswerWriter {
 public:
  virtual ~AnswerWriter() = default;

  // Appends the bytes that `event` stands for, maybe none. What closes the answer (finish,
  // usage, the note; the whole body when not streaming) is written at kDone, without
  // the terminator. kUnsupportedParameter for an event the dialect cannot say, such as
  // kWhole. A kOther has meaning only in its own dialect: it writes nothing, and its name,
  // if it has one, is listed as lost.
  virtual Result<void> write(const StreamEvent& event, std::string* out) = 0;

  // To be called before kDone is written; the note is copied.
  virtual void annotate(const WeirNote& note) = 0;

  // Appends what ends a stream, such as "data: [DONE]\n\n"; nothing for a body.
  // Apart from write(), because it is held back until the ledger is durable.
  virtual void write_terminator(std::string* out) = 0;

  // Appends the error of a stream that has begun. Nothing may follow. A body
  // that was not sent yet is answered with Codec::write_error instead.
  virtual void write_stream_error(const Error& error, std::string_view request_id,
                                  std::string* out) = 0;

  // What of the events so far this dialect could not say.
  virtual const Losses& lost() const = 0;
};

// A model as lists show it. What is 0 or empty is not known.
struct ModelEntry {
  std::string_view id;
  std::string_view owned_by;
  std::int64_t created_unix = 0;
  std::int64_t context_tokens = 0;
  std::int64_t max_output_tokens = 0;
  bool embeds = false;  // it makes vectors and no text
  // What Ollama's lists tell of a model file.
  std::int64_t size_bytes = 0;
  std::string digest = {};  // 64 hex digits; clients cut it to 12 without looking at its length
  std::string_view family = {};  // its architecture, such as "qwen3"
  std::int64_t parameter_count = 0;
  std::string_view quantization = {};  // of most of its weights, such as "Q4_K"
  std::int64_t modified_unix = 0;
  // Of completion, tools, vision, thinking, embedding. None: embedding if `embeds`, else
  // completion.
  std::vector<std::string_view> capabilities = {};
};

enum class StreamFraming : std::uint8_t {
  kServerSentEvents,
  kJsonLines,  // a JSON value a line; SseFrame::data is the line
};

class Codec {
 public:
  virtual ~Codec() = default;

  virtual Dialect dialect() const = 0;

  // Where a request goes, below the base URL up to and including the version: with a
  // slash in front, and a query where one belongs to it.
  virtual std::string path(std::string_view model, bool stream) const = 0;

  // The request of a client. Takes the body: `original` is a view of it, and `backing`
  // keeps both it and the parsed document. A body with 64 spare bytes of capacity is not
  // copied again. Fails with kInvalidRequest (param = "messages[2].role") or kTooLarge.
  virtual Result<ChatRequest> parse_request(std::string body, const RequestPath& path) const = 0;
  Result<ChatRequest> parse_request(std::string body) const {
    return parse_request(std::move(body), RequestPath());
  }

  // The request for an upstream of this dialect, from any dialect. All of it is
  // built anew; when dialects match and nothing changed use rewrite_request().
  virtual Result<WrittenRequest> write_request(const ChatRequest& request,
                                               const RequestOptions& options) const = 0;

  // A body as a client of this dialect sent it, with another model and, if wished, with
  // usage asked for or a limit of the answer; every other byte stays. `body` is request.original or
  // a redacted form of it, whose places are then looked up anew.
  virtual Result<std::string> rewrite_request(const ChatRequest& request, std::string_view body,
                                              const RequestOptions& options) const = 0;

  // Whether a server of this dialect can have had this thought. For the thought of another
  // model, which has no signature or an unknown id, it would refuse the whole request.
  virtual bool takes_back(const ReasoningPart& /*thought*/) const { return true; }
  // Whether a body of this dialect may go to one of its servers as it came, all its thoughts
  // being taken back. If not, write_request() leaves the others out.
  bool goes_as_it_came(const ChatRequest& request) const;

  // A complete 2xx body. kUpstreamProtocol if it is not one of this dialect.
  virtual Result<ParsedResponse> parse_response(std::string_view body) const = 0;
  virtual std::unique_ptr<StreamParser> stream_parser(StreamDepth depth) const = 0;

  // What an upstream's non-2xx answer says. Always kUpstreamStatus; `upstream` is
  // kept, message and detail are the provider's own if they could be read.
  virtual Error parse_error(UpstreamRefusal refusal) const = 0;

  virtual std::unique_ptr<AnswerWriter> stream_writer(const AnswerOptions& options) const = 0;
  virtual std::unique_ptr<AnswerWriter> body_writer(const AnswerOptions& options) const = 0;

  // The body of an error answer; its status is the router's affair.
  virtual std::string write_error(const Error& error, std::string_view request_id) const = 0;

  // The answer to a question for the tokens of a prompt.
  virtual std::string write_token_count(std::int64_t tokens) const = 0;

  // The list of models, and one of them.
  virtual std::string write_model_list(const std::vector<ModelEntry>& models) const = 0;
  virtual std::string write_model(const ModelEntry& model) const = 0;

  // Of a stream, such as "text/event-stream". A whole body is always JSON.
  virtual std::string_view stream_content_type() const = 0;
  // How an upstream's stream is cut into frames.
  virtual StreamFraming stream_framing() const { return StreamFraming::kServerSentEvents; }
};

const Codec& codec_of(Dialect dialect);

}  // namespace weir
