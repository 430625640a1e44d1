#include "policies/privacy/host_name.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestLabel = 63;

// Classic ones and countries whose codes hardly end anything else.
constexpr std::string_view kPlain =
    "com net org edu gov int arpa aero biz coop museum mobi xyz "
    "ac ae ar at au az ba bd bg bh bo br bz ca ch ci cl cn co cr cu cy cz de dk dz ee eg "
    "es et eu fi fr ge gh gr gt hk hn hr hu ie il ir jm jo jp ke kg kh kr kw kz lb li lk lt lu lv "
    "ly "
    "ma mc mk mn mo mt mu mw mx mz na ng ni nl np nz om pa pe ph pk pr pt qa ro ru sa se sg si "
    "sk "
    "sn sv sy th tn tr tt tw tz ua ug uk us uy uz ve vn ye za zm zw";

// Endings of files, fields and words that people write behind a dot, and those of small islands
// that programs use, too: "row.id", "read.ec", "facts.team".
constexpr std::string_view kAmbiguous =
    "ad af ag ai al am ao app aq as aw ax bb be bf bi bj bm bn bs bt bw by cat cc cd cf cg ck cm "
    "cv "
    "cw "
    "cx "
    "dev dj dm do ec er fj fk fm fo ga gd gf gg gi gl gm gn gp gq gs gu gw gy hm ht id im in info "
    "io "
    "iq "
    "is it je jobs js ki km kn kp ky la lc link lr ls md me mg mh mil ml mm mp mq mr ms mv my name "
    "nc ne nf no nr nu page pf pg pl pm pn post pro ps pw py re rs rw sb sc sd sh sj sl sm so sql "
    "sr "
    "ss "
    "st su sx sz tc td tel tf tg tj tk tl tm to travel tv va vc vg vi vu wf ws yt zip mov one run "
    "rest date map data help host bin build click code art ink online shop store tech club agency "
    "website blog cloud company consulting digital email expert finance global group guru hosting "
    "international live ltd marketing media network news photography photos press solutions space "
    "systems today tools university ventures video wiki work world academy bank bar berlin bio "
    "boutique business cafe capital care careers casino church city clinic coach codes coffee "
    "community construction credit dental design education energy engineering enterprises "
    "equipment "
    "estate events exchange farm fashion fit fitness foundation fund fyi gallery games gmbh gold "
    "graphics health healthcare holdings house inc institute insure kitchen land law legal life "
    "limited llc loan london management market money moscow movie nyc partners parts party pizza "
    "plus productions properties realty recipes rent rentals repair report restaurant reviews "
    "rocks "
    "school science security services site social software sport studio style support surf swiss "
    "taxi team technology tips top town toys trade training vip vision watch webcam wedding wien "
    "win "
    "wine yoga zone xxx asia";

class Endings {
 public:
  Endings() {
    add(kPlain, Ending::kPlain);
    add(kAmbiguous, Ending::kAmbiguous);
  }

  Ending of(std::string_view label) const {
    const auto found = endings_.find(label);
    return found == endings_.end() ? Ending::kNone : found->second;
  }

 private:
  void add(std::string_view list, Ending ending) {
    while (!list.empty()) {
      const std::size_t blank = std::min(list.find(' '), list.size());
      endings_[list.substr(0, blank)] = ending;
      list.remove_prefix(std::min(blank + 1, list.size()));
    }
  }

  std::unordered_map<std::string_view, Ending> endings_;
};

}  // namespace

std::size_t host_end(std::string_view text, std::size_t begin) {
  std::size_t last_good = begin;
  std::size_t i = begin;
  std::size_t labels = 0;
  while (i - begin <= kLongestHost) {
    const std::size_t label = i;
    bool letters = true;
    while ((is_word(at(text, i)) || at(text, i) == '-') && i - label <= kLongestLabel) {
      letters = letters && !is_digit(text[i]) && text[i] != '-';
      ++i;
    }
    std::size_t end = i;
    while (end > label && text[end - 1] == '-') --end;
    if (end == label || end - label > kLongestLabel || text[label] == '-') break;
    ++labels;
    const bool puny = text.substr(label, 4) == "xn--";
    if (labels > 1 && end - label >= 2 && (letters || puny)) last_good = end;
    if (end != i || at(text, i) != '.') break;
    ++i;
  }
  return last_good;
}

Ending ending_of(std::string_view label) {
  static const Endings endings;
  if (label.size() > 24) return Ending::kNone;
  const std::string lowered = lower_case(label);
  if (lowered.starts_with("xn--")) return Ending::kPlain;
  return endings.of(lowered);
}

}  // namespace weir::privacy
