#include "router/cli/eval_privacy.h"

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

#include "router/cli/figures.h"
#include "router/cli/output.h"
#include "router/cli/privacy_samples.h"

namespace weir::cli {
namespace {

using nlohmann::ordered_json;

ordered_json pair_of(Interval interval) { return {interval.low, interval.high}; }

ordered_json counts_json(const SpanCounts& counts) {
  return {{"precision", counts.precision()},
          {"recall", counts.recall()},
          {"f1", counts.f(1)},
          {"f2", counts.f(2)},
          {"labelled", counts.labelled},
          {"found", counts.found},
          {"right", counts.right}};
}

ordered_json measure_json(const SpanMeasure& measure) {
  ordered_json told = counts_json(measure.counts);
  told["intervals"] = {{"precision", pair_of(measure.precision)},
                       {"recall", pair_of(measure.recall)},
                       {"f1", pair_of(measure.f1)},
                       {"f2", pair_of(measure.f2)}};
  return told;
}

std::string span_row(const std::string& name, const SpanCounts& counts) {
  char text[128];
  std::snprintf(text, sizeof text, "%-16s %9zu %6zu %6zu %10.3f %7.3f %6.3f %6.3f\n", name.c_str(),
                counts.labelled, counts.found, counts.right, counts.precision(), counts.recall(),
                counts.f(1), counts.f(2));
  return text;
}

std::string interval_row(const char* name, const SpanMeasure& m) {
  char text[200];
  std::snprintf(
      text, sizeof text,
      "%s, 95 %%: precision %.3f-%.3f, recall %.3f-%.3f (Wilson), F1 %.3f-%.3f, F2 %.3f-%.3f "
      "(bootstrap)\n",
      name, m.precision.low, m.precision.high, m.recall.low, m.recall.high, m.f1.low, m.f1.high,
      m.f2.low, m.f2.high);
  return text;
}

std::string spans_table(const SpanMeasures& measures) {
  std::string table = std::to_string(measures.texts) +
                      " texts; strict: kind, begin and end; any: three quarters in common\n"
                      "kind              labelled  found  right  precision  recall     F1     F2\n";
  for (const auto& [kind, counts] : measures.per_kind) table += span_row(kind, counts);
  table += span_row("structured", measures.structured.counts);
  table += span_row("any", measures.any.counts);
  return table + interval_row("structured", measures.structured) +
         interval_row("any", measures.any);
}

std::string spans_json(const SpanMeasures& measures) {
  ordered_json kinds = ordered_json::object();
  for (const auto& [kind, counts] : measures.per_kind) kinds[kind] = counts_json(counts);
  return ordered_json{{"texts", measures.texts},
                      {"structured", measure_json(measures.structured)},
                      {"any", measure_json(measures.any)},
                      {"per_kind", kinds}}
      .dump();
}

ordered_json secrets_json(const SecretCounts& counts) {
  return {{"recall", share(counts.found, counts.secrets)},
          {"false_positive_share", share(counts.false_alarms, counts.others)},
          {"secrets", counts.secrets},
          {"found", counts.found},
          {"others", counts.others},
          {"false_alarms", counts.false_alarms},
          {"intervals",
           {{"recall", pair_of(wilson(counts.found, counts.secrets))},
            {"false_positive_share", pair_of(wilson(counts.false_alarms, counts.others))}}}};
}

std::string secrets_row(const char* name, const SecretCounts& counts) {
  const Interval recall = wilson(counts.found, counts.secrets);
  const Interval alarms = wilson(counts.false_alarms, counts.others);
  char text[200];
  std::snprintf(text, sizeof text,
                "%-8s secrets %zu of %zu: %.1f %% (%.1f-%.1f); false alarms %zu of %zu: %.1f %% "
                "(%.1f-%.1f)\n",
                name, counts.found, counts.secrets, 100 * share(counts.found, counts.secrets),
                100 * recall.low, 100 * recall.high, counts.false_alarms, counts.others,
                100 * share(counts.false_alarms, counts.others), 100 * alarms.low,
                100 * alarms.high);
  return text;
}

std::string one_line(std::string_view text) {
  std::string line(text.substr(0, 160));
  for (char& c : line) {
    if (c == '\n' || c == '\r') c = ' ';
  }
  return for_terminal(line);
}

int eval_spans(const PrivacyScanner& scanner, const std::vector<LabelledText>& texts,
               const EvalPrivacyOptions& options) {
  std::string wrong;
  const auto tell = [&](const LabelledText& text, std::string_view kind, std::size_t begin,
                        std::size_t end, bool missed) {
    const std::size_t first = begin > 40 ? begin - 40 : 0;
    wrong += std::string(missed ? "missed " : "false ") + std::string(kind) + ": " +
             one_line(text.text.substr(first, begin - first)) + " >>" +
             one_line(text.text.substr(begin, end - begin)) + "<< " +
             one_line(text.text.substr(end, 20)) + "\n";
  };
  const Guesses guesses = options.no_names ? Guesses::kNone : Guesses::kNames;
  const SpanMeasures measures =
      measure_spans(scanner, guesses, texts, options.wrong ? WrongSpan(tell) : WrongSpan());
  return print(wrong + (options.json ? spans_json(measures) : spans_table(measures)));
}

int eval_secrets(const PrivacyScanner& scanner, const std::vector<SecretSample>& samples,
                 const EvalPrivacyOptions& options) {
  const CleanedSecrets clean = cleaned(samples);
  std::string wrong;
  for (const SecretSample& sample : clean.kept) {
    if (!options.wrong || holds_secret(scanner, sample.text) == sample.secret) continue;
    wrong += std::string(sample.secret ? "missed " : "false ") + sample.rule + ": " +
             one_line(sample.text) + "\n";
  }
  const SecretCounts counts = measure_secrets(scanner, clean.kept);
  const SecretCounts raw = measure_secrets(scanner, samples);
  if (options.json) {
    return print(wrong + ordered_json{{"texts", clean.kept.size()},
                                      {"secrets", secrets_json(counts)},
                                      {"raw", secrets_json(raw)},
                                      {"left_out", clean.left_out}}
                             .dump());
  }
  std::string left = "left out:";
  for (const auto& [reason, count] : clean.left_out)
    left += " " + reason + " " + std::to_string(count);
  return print(wrong + secrets_row("cleaned", counts) + secrets_row("all", raw) + left);
}

}  // namespace

int eval_privacy(const EvalPrivacyOptions& options) {
  std::error_code ignored;
  if (std::filesystem::is_directory(options.file, ignored))
    return fail(options.file + ": is a directory");
  errno = 0;
  std::ifstream in(options.file, std::ios::binary);
  if (!in) return fail(options.file + ": " + std::generic_category().message(errno));
  const Result<PrivacySamples> samples = read_privacy_samples(in, options.file);
  if (!samples) return fail(samples.error().message);
  if (samples->texts.empty()) return eval_secrets(PrivacyScanner(), samples->secrets, options);
  return eval_spans(PrivacyScanner(), samples->texts, options);
}

}  // namespace weir::cli
