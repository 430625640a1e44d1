#include "local_backend/chat_template/jinja_template.h"

#include <algorithm>

#include "local_backend/chat_template/jinja_eval.h"
#include "local_backend/chat_template/jinja_parser.h"

namespace weir::jinja {
namespace {

TemplateError placed(TemplateError error, std::string_view source, std::size_t at) {
  const std::string_view before = source.substr(0, std::min(at, source.size()));
  error.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  error.column = before.size() - (before.rfind('\n') + 1) + 1;
  return error;
}

}  // namespace

Template::Template(std::string source, std::unique_ptr<const Node> root)
    : source_(std::move(source)), root_(std::move(root)) {}
Template::Template(Template&&) noexcept = default;
Template& Template::operator=(Template&&) noexcept = default;
Template::~Template() = default;

std::variant<Template, TemplateError> Template::parse(std::string_view source) {
  if (source.size() > kMaxSource) {
    return TemplateError{
        "LimitError", "the template has more than " + std::to_string(kMaxSource) + " bytes", 0, 0};
  }
  Run run{Limits{}};
  std::string normalised = normalised_source(source);
  std::size_t fault = 0;
  NodePtr root = weir::jinja::parse(normalised, run, &fault);
  if (run.failed()) return placed(*run.error(), normalised, fault);
  return Template(std::move(normalised), std::move(root));
}

std::variant<MarkedText, TemplateError> Template::render(const Globals& globals,
                                                         const Limits& limits) const {
  Run run(limits);
  Evaluator evaluator(globals, run);
  MarkedText text = evaluator.run(*root_);
  if (run.failed()) return placed(*run.error(), source_, evaluator.fault());
  return text;
}

}  // namespace weir::jinja
