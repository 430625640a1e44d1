#include "router/privacy_measures.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "core/rng.h"

namespace weir {
namespace {

constexpr double kIou = 0.75;
constexpr int kResamples = 1'000;

struct LabelKind {
  std::string_view label;
  std::string_view kind;
  bool structured;
};

constexpr LabelKind kLabels[] = {
    {"CREDIT_CARD", "card", true},
    {"US_SSN", "us_ssn", true},
    {"EMAIL_ADDRESS", "email", true},
    {"IBAN_CODE", "iban", true},
    {"IP_ADDRESS", "ip", true},
    {"PHONE_NUMBER", "phone", true},
    {"DOMAIN_NAME", "domain", true},
    {"URL", "domain", true},
    {"DATE_TIME", "date", false},
    {"AGE", "age", false},
    {"ZIP_CODE", "postcode", false},
    {"US_DRIVER_LICENSE", "driver_licence", false},
    {"CRYPTO", "crypto_address", false},
    {"MAC_ADDRESS", "mac", false},
    {"PERSON", "person", false},
    {"GPE", "place", false},
    {"LOCATION", "place", false},
    {"STREET_ADDRESS", "place", false},
    {"ORGANIZATION", "organisation", false},
    {"NRP", "nationality", false},
    {"TITLE", "title", false},
};

LabelKind kind_of_label(const std::string& label) {
  for (const LabelKind& known : kLabels) {
    if (known.label == label) return known;
  }
  return {label, label, false};
}

// The name under which a finding is compared with labels.
std::string_view kind_of(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::kUrl:
    case FindingKind::kUrlCredentials: return "domain";
    case FindingKind::kDateOfBirth: return "date";
    case FindingKind::kNationalId: return finding.rule;
    default: return to_string(finding.kind);
  }
}

bool is_structured(std::string_view kind) {
  return std::any_of(std::begin(kLabels), std::end(kLabels), [&](const LabelKind& known) {
    return known.structured && known.kind == kind;
  });
}

double overlap(const LabelledSpan& span, const Finding& finding) {
  const std::size_t begin = std::max(span.begin, finding.begin);
  const std::size_t end = std::min(span.end, finding.end);
  if (begin >= end) return 0;
  const std::size_t whole = span.end - span.begin + finding.end - finding.begin - (end - begin);
  return static_cast<double>(end - begin) / static_cast<double>(whole);
}

// With three quarters of the union in common a span has one such partner at most among findings
// that do not overlap; labels may overlap, so the greatest go first.
SpanCounts any_counts(const LabelledText& text, const std::vector<Finding>& findings) {
  SpanCounts counts{text.spans.size(), findings.size(), 0};
  struct Pair {
    double overlap;
    std::size_t span;
    std::size_t finding;
  };
  std::vector<Pair> pairs;
  for (std::size_t s = 0; s < text.spans.size(); ++s) {
    for (std::size_t f = 0; f < findings.size(); ++f) {
      const double share = overlap(text.spans[s], findings[f]);
      if (share >= kIou) pairs.push_back({share, s, f});
    }
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return a.overlap != b.overlap ? a.overlap > b.overlap : a.span < b.span;
  });
  std::vector<bool> span_used(text.spans.size());
  std::vector<bool> finding_used(findings.size());
  for (const Pair& pair : pairs) {
    if (span_used[pair.span] || finding_used[pair.finding]) continue;
    span_used[pair.span] = finding_used[pair.finding] = true;
    ++counts.right;
  }
  return counts;
}

bool same_place(const LabelledSpan& span, const Finding& finding) {
  return span.begin == finding.begin && span.end == finding.end;
}

using KindCounts = std::map<std::string, SpanCounts>;

KindCounts strict_counts(const LabelledText& text, const std::vector<Finding>& findings,
                         const WrongSpan& wrong) {
  KindCounts counts;
  const auto tell = [&](std::string_view kind, std::size_t begin, std::size_t end, bool missed) {
    if (wrong && is_structured(kind)) wrong(text, kind, begin, end, missed);
  };
  for (const LabelledSpan& span : text.spans) {
    const std::string kind(kind_of_label(span.label).kind);
    SpanCounts& here = counts[kind];
    ++here.labelled;
    const bool right = std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return kind_of(finding) == kind && same_place(span, finding);
    });
    here.right += right ? 1 : 0;
    if (!right) tell(kind, span.begin, span.end, true);
  }
  for (const Finding& finding : findings) {
    const std::string kind(kind_of(finding));
    ++counts[kind].found;
    const bool right =
        std::any_of(text.spans.begin(), text.spans.end(), [&](const LabelledSpan& span) {
          return kind_of_label(span.label).kind == kind && same_place(span, finding);
        });
    if (!right) tell(kind, finding.begin, finding.end, false);
  }
  return counts;
}

Interval percentiles(std::vector<double>* values) {
  std::sort(values->begin(), values->end());
  return {(*values)[values->size() / 40], (*values)[values->size() - 1 - values->size() / 40]};
}

SpanMeasure measure(const std::vector<SpanCounts>& texts) {
  SpanMeasure measured;
  for (const SpanCounts& text : texts) measured.counts += text;
  measured.precision = wilson(measured.counts.right, measured.counts.found);
  measured.recall = wilson(measured.counts.right, measured.counts.labelled);
  if (texts.empty()) return measured;
  Rng rng(1);
  std::vector<double> f1;
  std::vector<double> f2;
  f1.reserve(kResamples);
  f2.reserve(kResamples);
  for (int sample = 0; sample < kResamples; ++sample) {
    SpanCounts sum;
    for (std::size_t i = 0; i < texts.size(); ++i) sum += texts[rng.next() % texts.size()];
    f1.push_back(sum.f(1));
    f2.push_back(sum.f(2));
  }
  measured.f1 = percentiles(&f1);
  measured.f2 = percentiles(&f2);
  return measured;
}

}  // namespace

Interval wilson(std::size_t hits, std::size_t trials) {
  if (trials == 0) return {};
  constexpr double kZ = 1.959964;
  const double n = static_cast<double>(trials);
  const double p = static_cast<double>(hits) / n;
  const double middle = p + kZ * kZ / (2 * n);
  const double spread = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  const double scale = 1 + kZ * kZ / n;
  return {std::max(0.0, (middle - spread) / scale), std::min(1.0, (middle + spread) / scale)};
}

double SpanCounts::precision() const {
  return found == 0 ? 1 : static_cast<double>(right) / static_cast<double>(found);
}

double SpanCounts::recall() const {
  return labelled == 0 ? 1 : static_cast<double>(right) / static_cast<double>(labelled);
}

double SpanCounts::f(double beta) const {
  const double weight = beta * beta;
  const double sum = weight * precision() + recall();
  return sum == 0 ? 0 : (1 + weight) * precision() * recall() / sum;
}

SpanCounts& SpanCounts::operator+=(const SpanCounts& other) {
  labelled += other.labelled;
  found += other.found;
  right += other.right;
  return *this;
}

SpanMeasures measure_spans(const PrivacyScanner& scanner, Guesses guesses,
                           std::span<const LabelledText> texts, const WrongSpan& wrong) {
  SpanMeasures measures;
  measures.texts = texts.size();
  std::vector<SpanCounts> structured(texts.size());
  std::vector<SpanCounts> any(texts.size());
  std::vector<Finding> findings;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    scanner.scan(texts[i].text, &findings, guesses);
    any[i] = any_counts(texts[i], findings);
    for (const auto& [kind, counts] : strict_counts(texts[i], findings, wrong)) {
      measures.per_kind[kind] += counts;
      if (is_structured(kind)) structured[i] += counts;
    }
  }
  measures.structured = measure(structured);
  measures.any = measure(any);
  return measures;
}

bool holds_secret(const PrivacyScanner& scanner, std::string_view text) {
  std::vector<Finding> findings;
  scanner.scan(text, &findings);
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.kind == FindingKind::kSecret || finding.kind == FindingKind::kUrlCredentials;
  });
}

SecretCounts measure_secrets(const PrivacyScanner& scanner, std::span<const SecretSample> samples) {
  SecretCounts counts;
  for (const SecretSample& sample : samples) {
    const bool found = holds_secret(scanner, sample.text);
    ++(sample.secret ? counts.secrets : counts.others);
    if (found) ++(sample.secret ? counts.found : counts.false_alarms);
  }
  return counts;
}

}  // namespace weir
