#include <algorithm>
#include <charconv>
#include <string>

#include "router/config_schema.h"

namespace weir {
namespace {

constexpr std::size_t kColumns = 98;

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// The default of a member as TOML; empty when there is none to show.
template <class Section>
struct DefaultText {
  const Section& defaults;

  std::string operator()(bool Section::* member) const {
    return defaults.*member ? "true" : "false";
  }
  std::string operator()(std::int64_t Section::* member) const {
    return std::to_string(defaults.*member);
  }
  std::string operator()(double Section::* member) const {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, defaults.*member);
    return std::string(digits, end.ptr);
  }
  std::string operator()(std::string Section::* member) const {
    return (defaults.*member).empty() ? "" : quoted(defaults.*member);
  }
  std::string operator()(NanoUsd Section::* member) const {
    return quoted(to_usd_string(defaults.*member));
  }
  std::string operator()(KvTypes Section::* member) const {
    return quoted(to_string(defaults.*member));
  }
  std::string operator()(const WordMember<Section>& member) const {
    return quoted(member.words[member.default_word]);
  }
  template <class Other>
  std::string operator()(Other Section::*) const {
    return {};
  }
};

void add_comment(std::string& out, std::string_view indent, std::string_view text) {
  out.append(indent);
  std::size_t column = indent.size();
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (column + 1 + word.size() > kColumns) {
      out.append("\n").append(indent);
      column = indent.size();
    }
    out.append(" ").append(word);
    column += 1 + word.size();
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  out += '\n';
}

template <class Section>
std::string facts_of(const Key<Section>& key, const std::string& default_text) {
  std::string facts;
  if (!key.unit.empty()) facts.append(key.unit).append("; ");
  if (key.max > 0) {
    facts += std::to_string(key.min) + " to " + std::to_string(key.max) + "; ";
  }
  if (key.required) return facts + "required";
  return facts + "default: " + (default_text.empty() ? "unset" : default_text);
}

// `off` marks settings that the example leaves out: "#" before what has no
// default, and before everything in a section that may be repeated or absent.
template <class Section>
void add_keys(std::string& out, std::span<const Key<Section>> keys, bool all_off = false) {
  const Section defaults;
  for (const Key<Section>& key : keys) {
    const std::string default_text = std::visit(DefaultText<Section>{defaults}, key.member);
    const bool show_default = !default_text.empty() && !key.required;
    add_comment(out, "#", std::string(key.why) + " (" + facts_of(key, default_text) + ")");
    if (all_off || key.off || !show_default) out += '#';
    out.append(key.name).append(" = ");
    out.append(show_default ? std::string_view(default_text) : key.example).append("\n");
  }
}

void add_section(std::string& out, std::string_view header, std::string_view about) {
  out += '\n';
  add_comment(out, "#", about);
  out.append(header).append("\n");
}

}  // namespace

std::string example_config() {
  const ConfigSchema& schema = config_schema();
  std::string out;
  add_comment(out, "#",
              "All keys of weir. What is set here is the default, so an empty file means the same; "
              "a line that starts with # and no space is off and shows an example.");
  add_comment(out, "#", "Check a file with: weir validate --config FILE");
  out += '\n';
  add_keys(out, schema.top);
  add_section(out, "[server]", "The two listeners and their limits.");
  add_keys(out, schema.server);
  add_section(out, "#[server.tls]", "HTTPS for clients.");
  add_keys(out, schema.tls, true);
  add_section(out, "[local]", "The model in this process.");
  add_keys(out, schema.local);
  add_section(out, "#[[local.models]]",
              "A further model in this process, for answers or for embeddings; one section each. "
              "It is loaded when it is first asked for. Without [local] model the first that "
              "answers in words is what auto and local ask for; embeddings ask for the first of "
              "theirs.");
  add_keys(out, schema.local_models, true);
  add_section(out, "#[[backend]]",
              "A server to escalate to; one section each, in the order of preference. Without any, "
              "OPENAI_API_KEY, ANTHROPIC_API_KEY and GEMINI_API_KEY in the environment make one "
              "each, at OPENAI_BASE_URL, ANTHROPIC_BASE_URL and GOOGLE_GEMINI_BASE_URL if set.");
  add_keys(out, schema.backend, true);
  add_section(out, "#[[team]]",
              "Who may ask; one section each. Without any, everybody on loopback is the team "
              "default with privacy any.");
  add_keys(out, schema.team, true);
  add_section(out, "#[[rule]]",
              "What is done with certain requests; one section each, the first that matches wins. "
              "A rule tightens: it lets nothing leave that the team's privacy keeps here.");
  add_keys(out, schema.rule, true);
  add_section(out, "#[[pattern]]",
              "Private data of your own, of the kind custom; one section each, with a pattern, "
              "words or both.");
  add_keys(out, schema.pattern, true);
  add_section(out, "#[[limit]]",
              "What requests of certain teams, keys, end users or models may use together; one "
              "section each, and all that match hold, beside those of the team and the key.");
  add_keys(out, schema.limit, true);
  add_section(out, "[routing]", "How auto chooses.");
  add_keys(out, schema.routing);
  add_section(out, "[delegation]", "What leaves where privacy is delegate: docs/delegation.md.");
  add_keys(out, schema.delegation);
  add_section(out, "[confidence]",
              "How a local answer's signals become the probability that it will do. The defaults "
              "fit one small model: tools/train_confidence.py fits yours.");
  add_keys(out, schema.confidence);
  add_section(out, "#[[price]]", "Corrects or adds one model of the built-in price table.");
  add_keys(out, schema.price, true);
  add_section(out, "[ledger]", "The record of every request.");
  add_keys(out, schema.ledger);
  add_section(out, "[receipts]", "Signed proof of what became of every request: docs/security.md.");
  add_keys(out, schema.receipts);
  add_section(out, "[bodies]", "What is kept of teams with log_bodies. Changes on restart only.");
  add_keys(out, schema.bodies);
  add_section(out, "[log]", "What is written to the log.");
  add_keys(out, schema.log);
  add_section(out, "[metrics]", "What /metrics shows.");
  add_keys(out, schema.metrics);
  return out;
}

}  // namespace weir
