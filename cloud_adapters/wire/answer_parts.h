// What the answer writers of all dialects share.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "cloud_adapters/wire/codec.h"

namespace weir {

// Who answers: the options with what the answer itself says, the note, and what could
// not be said.
class AnswerState {
 public:
  // `prefix` stands before the id of an answer in this dialect, such as "msg_".
  AnswerState(const AnswerOptions& options, std::string_view prefix)
      : id_(options.id.empty() ? std::string() : std::string(prefix).append(options.id)),
        model_(options.model),
        created_unix_(options.created_unix),
        include_usage_(options.include_usage) {}

  // Takes the id and the model of a kStart where the options name none, and its
  // fingerprint.
  void start(const StreamEvent& event) {
    fingerprint_ = event.fingerprint;
    if (id_.empty()) id_ = event.id;
    if (model_.empty()) model_ = event.model;
  }

  // Keeps a copy of the note as JSON.
  void annotate(const WeirNote& note);
  // Appends `,"weir":{...}`, or nothing without a note.
  void append_note(std::string* out) const { *out += note_; }

  void lose(std::string field) { lost_.add(std::move(field)); }
  // Lists the content that a kOther stands for, if it names any.
  void lose_other(const StreamEvent& event) {
    if (!event.name.empty()) lost_.add(std::string(event.name));
  }
  // Of an event whose dialect signs, for a client that would have no use for it.
  void lose_signature(const StreamEvent& event) {
    if (!event.signature.empty()) lose("signature");
  }
  const Losses& lost() const { return lost_; }

  const std::string& id() const { return id_; }
  const std::string& model() const { return model_; }
  const std::string& fingerprint() const { return fingerprint_; }
  std::int64_t created_unix() const { return created_unix_; }
  bool include_usage() const { return include_usage_; }

 private:
  std::string id_;
  std::string model_;
  std::string fingerprint_;
  std::int64_t created_unix_;
  bool include_usage_;
  std::string note_;
  Losses lost_;
};

// A whole answer cannot be written event by event.
Error unsupported_event();

// What a client is told: our sentence, or the provider's own for an error that a
// provider answered.
std::string message_for_client(const Error& error);

}  // namespace weir
