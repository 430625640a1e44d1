// How good a PrivacyScanner is on texts whose private parts, or whose secrets, are known.
//
// Pure; the same texts give the same numbers.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policies/privacy/scanner.h"

namespace weir {

struct LabelledSpan {
  std::string label;      // as the set names it: "CREDIT_CARD"
  std::size_t begin = 0;  // bytes
  std::size_t end = 0;
};

struct LabelledText {
  std::string text;
  std::vector<LabelledSpan> spans;
};

// A text that holds a secret, or one that only looks so.
struct SecretSample {
  std::string rule;  // as the set names it
  bool secret = false;
  std::string text;
};

struct Interval {
  double low = 0;
  double high = 1;
};

// Wilson's score interval of 95 %; all of [0, 1] for no trials.
Interval wilson(std::size_t hits, std::size_t trials);

struct SpanCounts {
  std::size_t labelled = 0;
  std::size_t found = 0;
  std::size_t right = 0;

  double precision() const;  // 1 if nothing was found
  double recall() const;     // 1 if nothing was labelled
  double f(double beta) const;
  SpanCounts& operator+=(const SpanCounts& other);
};

// Counts with intervals of 95 %: Wilson's for precision and recall, for F1 and F2 those of a
// bootstrap over texts (1,000 samples, seed 1).
struct SpanMeasure {
  SpanCounts counts;
  Interval precision;
  Interval recall;
  Interval f1;
  Interval f2;
};

struct SpanMeasures {
  std::size_t texts = 0;
  // Cards, US SSNs, e-mail, IBAN, IP, phones and domains with URLs: right is what has the kind,
  // the begin and the end of a label.
  SpanMeasure structured;
  // Whatever is labelled against whatever is found, of any kind: right is a pair whose overlap is
  // three quarters of its union or more, each in one pair, the greatest overlaps first.
  SpanMeasure any;
  std::map<std::string, SpanCounts> per_kind;  // as structured, of every kind with a label
};

// What is called with each structured finding or label that is wrong.
using WrongSpan = std::function<void(const LabelledText& text, std::string_view kind,
                                     std::size_t begin, std::size_t end, bool missed)>;

SpanMeasures measure_spans(const PrivacyScanner& scanner, Guesses guesses,
                           std::span<const LabelledText> texts, const WrongSpan& wrong);

struct SecretCounts {
  std::size_t secrets = 0;
  std::size_t found = 0;  // of those
  std::size_t others = 0;
  std::size_t false_alarms = 0;  // of those
};

// A text counts as found if it holds one finding of kind secret or url_credentials.
bool holds_secret(const PrivacyScanner& scanner, std::string_view text);
SecretCounts measure_secrets(const PrivacyScanner& scanner, std::span<const SecretSample> samples);

}  // namespace weir
