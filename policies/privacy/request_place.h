// What the names of a request's members mean, by their place: which texts are words of a dialect or
// ids, which are files, and where names are a client's own.
#pragma once

#include <cstdint>
#include <string_view>

namespace weir::privacy {

// Requests of all dialects in one: where they share a name, it means the same or nothing.
enum class RequestPlace : std::uint8_t {
  kOther,      // nobody knows: no name says anything
  kOwn,        // a client's data: its names, too
  kNames,      // names of a client's own, each of a schema
  kSchema,     // JSON Schema, OpenAPI
  kRequest,    // the whole
  kMessage,    // of OpenAI, Anthropic, Ollama
  kPart,       // of a message's content
  kDetail,     // of reasoning_details
  kSource,     // of Anthropic's pictures and documents
  kMedia,      // a picture, a sound, a file
  kItem,       // of the input of Responses
  kTurn,       // of Gemini's contents
  kTurnPart,   // of a turn
  kCall,       // of a tool
  kFunction,   // its name and arguments, or its definition
  kTool,       // its definition
  kFormat,     // of the answer
  kTyped,      // has a type
  kReference,  // has an id
  kSigned,     // has a signature of Gemini's
};

// Of what stands under this name. `object`: in braces, else in brackets.
RequestPlace place_within(RequestPlace place, std::string_view name, bool object);
// Whether the text is a word of the dialect, an id or a signature.
bool is_code(RequestPlace place, std::string_view name);
// Whether it is the bytes of a file in base64.
bool is_file(RequestPlace place, std::string_view name);

}  // namespace weir::privacy
