#include "router/cli/eval_delegation.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "cloud_adapters/wire/codec.h"
#include "core/cancel.h"
#include "policies/privacy/rewrite.h"
#include "policies/privacy/scanner.h"
#include "router/answer_faults.h"
#include "router/cli/delegation_samples.h"
#include "router/cli/figures.h"
#include "router/cli/local_run.h"
#include "router/cli/output.h"
#include "router/content_look.h"
#include "router/delegation_question.h"
#include "router/delegation_texts.h"
#include "router/mini_defaults.h"
#include "router/privacy_measures.h"
#include "router/text_sink.h"

namespace weir::cli {
namespace {

using nlohmann::ordered_json;

struct Count {
  std::size_t hits = 0;
  std::size_t of = 0;
};

struct Counts {
  Count asked;
  Count leaked;
  Count redacted;
  Count needed;
  Count merged;
  Count alone;
};

std::string lowered(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return low;
}

// How many of the words stand in the text.
Count count_in(std::string_view text, const std::vector<std::string>& words) {
  const std::string low = lowered(text);
  const auto hits = std::count_if(words.begin(), words.end(), [&](const std::string& word) {
    return low.find(lowered(word)) != std::string::npos;
  });
  return {static_cast<std::size_t>(hits), words.size()};
}

void add(Count* sum, Count more) {
  sum->hits += more.hits;
  sum->of += more.of;
}

class Trial {
 public:
  Trial(const EvalDelegationOptions& options, LocalBackend& backend, const PrivacyScanner& scanner)
      : options_(options), backend_(backend), scanner_(scanner) {}

  Result<void> run(const DelegationSample& sample) {
    const auto request = codec_of(Dialect::kOpenAiChat).parse_request(std::string(sample.body));
    if (!request) return request.error();
    TimedScan scan(scanner_, Guesses::kNames, system_clock());
    const privacy::Redaction redaction(request->original, scan.scan(), ~privacy::FindingKinds());
    add(&counts_.redacted, count_in(redaction.body(), sample.canaries));
    const Result<std::string> question = question_of(*request, redaction);
    const bool asked = question && !leaks(*request, redaction, *question);
    const std::string shown = question ? *question : question.error().message;
    if (options_.show) shown_ += (asked ? "asked: " : "kept:  ") + one_line(shown);
    add(&counts_.asked, {asked ? std::size_t{1} : 0, 1});
    add(&counts_.leaked,
        asked ? count_in(*question, sample.canaries) : Count{0, sample.canaries.size()});
    if (!asked) return {};
    add(&counts_.needed, count_in(*question, sample.needed));
    if (sample.said.empty()) return {};
    const auto merging = merging_request(*request, *question, sample.said);
    if (!merging) return merging.error();
    add(&counts_.merged, count_in(answer_to(*merging, sample.said), sample.expected));
    add(&counts_.alone, count_in(answer_to(*request, {}), sample.expected));
    return {};
  }

  const Counts& counts() const { return counts_; }
  const std::string& shown() const { return shown_; }

 private:
  // As the built-in defaults have it.
  QuestionTerms question_terms() const {
    const bool mini = options_.model == kEmbeddedModel;
    QuestionTerms terms;
    terms.config = options_.delegation;
    if (terms.config.question == QuestionForm::kAuto && mini) {
      terms.config.question = QuestionForm::kSelected;
    }
    if (mini) terms.declines = kMiniDeclines;
    if (mini) terms.weights = kMiniConfidence;
    terms.least_confidence = mini ? 1 - RoutingConfig().threshold : -1;
    return terms;
  }

  Result<std::string> question_of(const ChatRequest& request, const privacy::Redaction& redaction) {
    CancelSignal cancel;
    const AskLocal ask = [this](const ChatRequest& asking, EventSink& sink) -> Async<Result<void>> {
      const Result<Usage> done = co_await local_answer(backend_, asking, sink);
      if (!done) co_return done.error();
      co_return Result<void>();
    };
    return run_blocking(make_question(request, redaction, question_terms(), cancel, ask));
  }

  bool leaks(const ChatRequest& request, const privacy::Redaction& redaction,
             std::string_view question) const {
    const privacy::Rewrite rewrite(delegated_body(request, question), redaction,
                                   static_cast<std::size_t>(options_.delegation.copied_words));
    return rewrite.leaks_into(rewrite.body());
  }

  // What a client would see: `otherwise` where the local model has nothing to say, or is unsure
  // and there is that.
  std::string answer_to(const ChatRequest& request, const std::string& otherwise) {
    CancelSignal cancel;
    TextSink sink(cancel);
    const bool done = run_blocking(local_answer(backend_, request, sink)).has_value();
    const QuestionTerms terms = question_terms();
    const bool declined = !terms.declines.empty() && sink.text().starts_with(terms.declines);
    const bool unsure = p_local_ok(sink.signals(), terms.weights) <= terms.least_confidence;
    const bool useless = !done || declined || is_blank(sink.text());
    const bool gives_way = useless || (unsure && !otherwise.empty());
    return gives_way ? otherwise : sink.text();
  }

  static std::string one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text + "\n";
  }

  const EvalDelegationOptions& options_;
  LocalBackend& backend_;
  const PrivacyScanner& scanner_;
  Counts counts_;
  std::string shown_;
};

ordered_json count_json(Count count) {
  const Interval interval = wilson(count.hits, count.of);
  return {{"share", share(count.hits, count.of)},
          {"of", count.of},
          {"interval", {interval.low, interval.high}}};
}

std::string row(const char* name, Count count, const char* of) {
  const Interval interval = wilson(count.hits, count.of);
  char text[120];
  std::snprintf(text, sizeof text, "%-9s %6.3f  %.3f-%.3f  of %zu %s\n", name,
                share(count.hits, count.of), interval.low, interval.high, count.of, of);
  return text;
}

std::string table(const Counts& counts) {
  return row("asked", counts.asked, "requests") + row("leaked", counts.leaked, "canaries") +
         row("redacted", counts.redacted, "canaries, if the redacted request left") +
         row("needed", counts.needed, "words that the questions need") +
         row("merged", counts.merged, "words that the answers need") +
         row("alone", counts.alone, "words that the answers need, without the cloud's");
}

std::string told(const Counts& counts, const std::string& model) {
  return ordered_json{{"model", model},
                      {"asked", count_json(counts.asked)},
                      {"leaked", count_json(counts.leaked)},
                      {"redacted", count_json(counts.redacted)},
                      {"needed", count_json(counts.needed)},
                      {"merged", count_json(counts.merged)},
                      {"alone", count_json(counts.alone)}}
             .dump() +
         "\n";
}

}  // namespace

int eval_delegation(const EvalDelegationOptions& options) {
  std::ifstream in(options.file);
  if (!in) return fail(options.file + ": cannot be read");
  const auto samples = read_delegation_samples(in, options.file);
  if (!samples) return fail(samples.error().message);
  LocalBackendOptions local;
  local.name = "local";
  local.model_path = options.model;
  local.engine.max_sequences = 1;
  const auto backend = LocalBackend::load(std::move(local));
  if (!backend) return fail(options.model + ": " + backend.error().message);
  const PrivacyScanner scanner;
  Trial trial(options, **backend, scanner);
  for (std::size_t i = 0; i < samples->size(); ++i) {
    const Result<void> run = trial.run((*samples)[i]);
    if (run) continue;
    return fail(options.file + ": sample " + std::to_string(i + 1) + ": " + run.error().message);
  }
  const std::string name = (*backend)->model_info().name;
  return print(trial.shown() + (options.json ? told(trial.counts(), name) : table(trial.counts())));
}

}  // namespace weir::cli
