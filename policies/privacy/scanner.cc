#include "policies/privacy/scanner.h"

#include <algorithm>
#include <map>
#include <utility>

#include "policies/privacy/bytes.h"
#include "policies/privacy/custom.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/plain_text.h"

namespace weir {
namespace {

using privacy::Hit;
using privacy::Hits;
using privacy::Rank;

Rank strength(const Hit& hit) { return hit.rank == Rank::kNamedSecret ? Rank::kSecret : hit.rank; }

bool comes_first(const Hit& a, const Hit& b) {
  if (strength(a) != strength(b)) return strength(a) < strength(b);
  const std::size_t a_size = a.finding.end - a.finding.begin;
  const std::size_t b_size = b.finding.end - b.finding.begin;
  if (a_size != b_size) return a_size > b_size;
  if (a.finding.begin != b.finding.begin) return a.finding.begin < b.finding.begin;
  if (a.rank != b.rank) return a.rank < b.rank;
  if (a.finding.kind != b.finding.kind) return a.finding.kind < b.finding.kind;
  return a.finding.rule < b.finding.rule;
}

using Taken = std::map<std::size_t, Finding>;  // by begin; apart

// What a finding has in front of, between and behind those that were taken: an address without
// its postcode is one still, and so is a number whose end could begin another.
void take_rest(std::string_view text, const Finding& finding, Taken* taken) {
  std::size_t begin = finding.begin;
  auto next = taken->lower_bound(begin);
  if (next != taken->begin()) begin = std::max(begin, std::prev(next)->second.end);
  while (begin < finding.end) {
    const bool cut = next != taken->end() && next->first < finding.end;
    Finding rest = finding;
    rest.begin = begin;
    rest.end = cut ? next->first : finding.end;
    begin = cut ? next->second.end : finding.end;
    while (rest.begin < rest.end && !privacy::is_word(text[rest.begin])) ++rest.begin;
    while (rest.end > rest.begin && !privacy::is_word(text[rest.end - 1])) --rest.end;
    if (rest.end > rest.begin + 1) taken->emplace_hint(next, rest.begin, rest);
    if (cut) ++next;
  }
}

// Takes the hits by rank, and of those that overlap one that was taken the rest: but not of what
// may hold others, such as URLs.
void keep_apart(std::string_view text, Hits* hits, std::vector<Finding>* findings) {
  std::sort(hits->begin(), hits->end(), comes_first);
  Taken taken;
  for (const Hit& hit : *hits) {
    const Finding& finding = hit.finding;
    const auto next = taken.lower_bound(finding.begin);
    if ((next != taken.end() && next->first < finding.end) ||
        (next != taken.begin() && std::prev(next)->second.end > finding.begin)) {
      if (hit.rank != Rank::kBroad) take_rest(text, finding, &taken);
      continue;
    }
    taken.emplace_hint(next, finding.begin, finding);
  }
  findings->reserve(taken.size());
  for (const auto& [begin, finding] : taken) findings->push_back(finding);
}

}  // namespace

PrivacyScanner::PrivacyScanner()
    : names_(privacy::name_detector()), heads_(std::make_unique<privacy::WordHeads>()) {
  privacy::want_topics(heads_.get());
  for (auto* const make : {&privacy::vendor_secret_detector,
                           &privacy::marked_secret_detector,
                           &privacy::private_key_detector,
                           &privacy::assigned_secret_detector,
                           &privacy::passed_secret_detector,
                           &privacy::command_secret_detector,
                           &privacy::kubernetes_secret_detector,
                           &privacy::card_detector,
                           &privacy::iban_detector,
                           &privacy::bank_account_detector,
                           &privacy::national_id_detector,
                           &privacy::email_detector,
                           &privacy::phone_detector,
                           &privacy::ip_detector,
                           &privacy::mac_detector,
                           &privacy::url_detector,
                           &privacy::domain_detector,
                           &privacy::date_detector,
                           &privacy::age_detector,
                           &privacy::postcode_detector,
                           &privacy::crypto_address_detector}) {
    add(make());
  }
}

PrivacyScanner::PrivacyScanner(PrivacyScanner&&) noexcept = default;
PrivacyScanner& PrivacyScanner::operator=(PrivacyScanner&&) noexcept = default;
PrivacyScanner::~PrivacyScanner() = default;

Result<PrivacyScanner> PrivacyScanner::create(const ScannerOptions& options) {
  PrivacyScanner scanner;
  if (!options.patterns.empty()) {
    auto patterns = privacy::pattern_detector(options.patterns);
    if (!patterns) return patterns.error();
    scanner.add(std::move(*patterns));
  }
  if (!options.words.empty()) {
    auto words = privacy::word_detector(options.words);
    if (!words) return words.error();
    scanner.add(std::move(*words));
  }
  return scanner;
}

void PrivacyScanner::add(std::unique_ptr<privacy::Detector> detector) {
  detector->want(heads_.get());
  detectors_.push_back(std::move(detector));
}

void PrivacyScanner::scan(std::string_view text, std::vector<Finding>* findings,
                          Guesses guesses) const {
  findings->clear();
  const privacy::PlainText plain(text);
  const privacy::MarkedText marked(plain.text(), *heads_);
  Hits hits;
  for (const auto& detector : detectors_) detector->find(marked, &hits);
  if (guesses == Guesses::kNames) names_->find(marked, &hits);
  keep_apart(plain.text(), &hits, findings);
  if (!plain.changed()) return;
  for (Finding& finding : *findings) {
    finding.begin = plain.begin_of(finding.begin);
    finding.end = plain.end_of(finding.end - 1);
  }
}

}  // namespace weir
