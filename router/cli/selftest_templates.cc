#include "router/cli/selftest_templates.h"

#include <algorithm>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "local_backend/chat_template/jinja_json.h"
#include "local_backend/chat_template/jinja_template.h"
#include "router/cli/golden_json.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using jinja::Dict;
using jinja::Value;

// "2025-07-04T13:05:09", UTC.
std::optional<std::int64_t> seconds_of(std::string_view text) {
  std::tm when{};
  if (strptime(std::string(text).c_str(), "%Y-%m-%dT%H:%M:%S", &when) == nullptr)
    return std::nullopt;
  return timegm(&when);
}

std::string_view text_at(const Dict& dict, std::string_view key) {
  const Value* value = dict.find(key);
  return value != nullptr && value->text() != nullptr ? value->text()->bytes() : std::string_view();
}

const Dict* dict_at(const Dict& dict, std::string_view key) {
  const Value* value = dict.find(key);
  return value != nullptr ? value->dict() : nullptr;
}

std::string shown(std::string_view text, std::size_t from) {
  return "'" + std::string(text.substr(from > 20 ? from - 20 : 0, 60)) + "'";
}

// Why the result is not the expected one; empty if it is.
std::string fault_of(const std::variant<MarkedText, jinja::TemplateError>& found,
                     const Dict& expected) {
  const auto* error = std::get_if<jinja::TemplateError>(&found);
  if (expected.find("out") == nullptr) {
    const std::string_view kind = text_at(expected, "error");
    if (error == nullptr) return "renders, but should fail with " + std::string(kind);
    if (error->kind == kind.substr(0, kind.find(':'))) return "";
    return "fails with " + error->text() + ", not with " + std::string(kind);
  }
  if (error != nullptr) return "fails with " + error->text();
  const std::string_view text = std::get<MarkedText>(found).bytes();
  const std::string_view wanted = text_at(expected, "out");
  if (text == wanted) return "";
  const auto differ = std::mismatch(text.begin(), text.end(), wanted.begin(), wanted.end());
  const auto at = static_cast<std::size_t>(differ.first - text.begin());
  return "differs at byte " + std::to_string(at) + ": " + shown(text, at) + ", not " +
         shown(wanted, at);
}

// One golden file.
class Golden {
 public:
  Golden(const fs::path& path, const Dict& root, SelftestReport& report)
      : path_(path), root_(root), report_(report) {}

  void judge() {
    const Dict* templates = dict_at(root_, "templates");
    cases_ = dict_at(root_, "cases");
    const auto now = seconds_of(text_at(root_, "now"));
    if (templates == nullptr || cases_ == nullptr || !now) {
      report_.unusable(path_.string(), "it lacks templates, cases or a time");
      return;
    }
    now_ = *now;
    for (const auto& [name, outputs] : templates->entries) {
      if (name.text() != nullptr && outputs.dict() != nullptr) {
        judge_template(std::string(name.text()->bytes()), *outputs.dict());
      }
    }
  }

 private:
  void judge_template(const std::string& name, const Dict& outputs) {
    std::error_code error;
    fs::path file = path_.parent_path() / "jinja" / name;
    if (!fs::exists(file, error)) file = path_.parent_path() / name;
    const auto source = read_golden_data(file);
    if (!source) {
      report_.unusable(name, source.error().message);
      return;
    }
    const auto parsed = jinja::Template::parse(*source);
    for (const auto& [kase, expected] : outputs.entries) {
      const std::string word(kase.text() != nullptr ? kase.text()->bytes() : "");
      const Dict* variables = dict_at(*cases_, word);
      if (variables == nullptr || expected.dict() == nullptr) {
        report_.unusable(name, "there is no case " + word);
        continue;
      }
      judge_case(std::string(name).append(", ").append(word), parsed, *variables, *expected.dict());
    }
  }

  void judge_case(const std::string& name,
                  const std::variant<jinja::Template, jinja::TemplateError>& parsed,
                  const Dict& variables, const Dict& expected) {
    std::variant<MarkedText, jinja::TemplateError> found;
    if (const auto* error = std::get_if<jinja::TemplateError>(&parsed)) {
      found = *error;
    } else {
      found = std::get<jinja::Template>(parsed).render({globals_of(variables), now_});
    }
    const std::string fault = fault_of(found, expected);
    if (!fault.empty()) {
      report_.miss(name, fault);
    } else if (const auto* text = std::get_if<MarkedText>(&found)) {
      report_.ok(name, std::to_string(text->size()) + " bytes");
    } else {
      report_.ok(name, std::get<jinja::TemplateError>(found).kind);
    }
  }

  Dict globals_of(const Dict& variables) const {
    Dict globals = variables;
    for (const std::string_view token : {"bos_token", "eos_token"}) {
      const Value* text = root_.find(token);
      if (text != nullptr && globals.find(token) == nullptr) {
        globals.set(Value::of_template(std::string(token)), *text);
      }
    }
    return globals;
  }

  const fs::path path_;
  const Dict& root_;
  SelftestReport& report_;
  const Dict* cases_ = nullptr;
  std::int64_t now_ = 0;
};

}  // namespace

void selftest_templates(const fs::path& folder, SelftestReport& report) {
  for (const fs::path& path : files_below(folder, ".json")) {
    const auto text = read_golden_data(path);
    jinja::Run run({.steps = std::size_t{1} << 30, .bytes = std::size_t{1} << 34});
    const auto root = text ? jinja::from_json(run, *text, MarkedText::Origin::kUser) : std::nullopt;
    if (!text || !root || root->dict() == nullptr) {
      report.unusable(path.string(), text ? "it is no JSON object" : text.error().message);
    } else if (root->dict()->find("templates") != nullptr) {
      Golden(path, *root->dict(), report).judge();
    }
  }
}

}  // namespace weir::cli
