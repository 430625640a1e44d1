#include "policies/privacy/host_name.h"

#include <algorithm>
#include <string>
#include <unordered_map>

#include "policies/privacy/bytes.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kLongestHost = 253;
constexpr std::size_t kLongestLabel = 63;

constexpr std::string_view kPlain =
    "com net org edu gov mil int arpa aero biz coop museum travel jobs mobi tel cat asia post xxx "
    "ac ae af ag ao aq ar at au aw ax az ba bb bd bf bg bh bi bj bm bn bo br bs bt bw by bz ca cd "
    "cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm dz ec ee eg er es et eu fi fj fk "
    "fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gt gu gw gy hk hm hn hr ht hu ie il im iq ir "
    "je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr lt lu lv ly ma mc mg mh mk mn "
    "mo mp mq mr mt mu mv mw mx mz na nc ne nf ng ni nl np nr nu nz om pa pe pf pg pk pm pn pr pt "
    "pw qa re ro ru rw sa sb sc sd se sg si sj sk sl sm sn sr ss st su sv sx sy sz tc td tf tg th "
    "tj tk tl tm tn tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw "
    "online shop store tech xyz club agency website blog cloud company consulting digital email "
    "expert finance global group guru hosting international live ltd marketing media network news "
    "photography photos press pro solutions space systems today tools university ventures video "
    "wiki work world academy bank bar berlin bio boutique business cafe capital care careers "
    "casino "
    "church city clinic coach codes coffee community construction credit dental design education "
    "energy engineering enterprises equipment estate events exchange farm fashion fit fitness "
    "foundation fund fyi gallery games gmbh gold graphics health healthcare holdings house inc "
    "institute insure kitchen land law legal life limited llc loan london management market "
    "money moscow movie nyc partners parts party pizza plus productions properties realty "
    "recipes rent rentals repair report restaurant reviews rocks school science security services "
    "site social software sport studio style support surf swiss taxi team technology tips top "
    "town toys trade training vip vision watch webcam wedding wien win wine yoga zone";

// Endings of files, fields and words that people write behind a dot.
constexpr std::string_view kAmbiguous =
    "ad ai al am app as be cc dev gs gq hm id in info io is it js link md me mil ml mm ms mt my "
    "name no "
    "page pl ps py rs sc sh so sql to ws zip mov one run rest date map data help host bin "
    "build click code art ink ooo";

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
