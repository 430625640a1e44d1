#include "policies/privacy/topics.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "policies/privacy/bytes.h"
#include "policies/privacy/marked_text.h"

namespace weir::privacy {
namespace {

constexpr std::size_t kTopicBefore = 56;
constexpr std::size_t kTopicBehind = 24;

struct TopicPhrases {
  Topic topic;
  // Words and pairs of words, in lower case, between bars.
  std::string_view phrases;
};

constexpr TopicPhrases kPhrases[] = {
    {Topic::kPhone,
     "phone|phones|telephone|tel|mobile|cell|cellphone|fax|call|calls|called|calling|dial|sms|"
     "whatsapp|telegram|text "
     "me|texted|desk|office|landline|hotline|helpline|voicemail|pager|"
     "reach me|message to|messages to|message on|messages on|phone number|contact number|contact|"
     "direct|ext|extension|switchboard|ph|mob|"
     "telefon|telefonnummer|handy|mobil|rufnummer|durchwahl|telefonnr|anrufen|"
     "téléphone|telephone|portable|tél|appeler|"
     "teléfono|telefono|móvil|movil|celular|llamar|cellulare|telefone|telemóvel|telemovel|"
     "telefoon|mobiel|puhelin|puh|matkapuhelin|telefonas|komórka|numer "
     "telefonu|телефон|тел|電話|电话|手机|携帯|전화|휴대폰"},
    {Topic::kCard,
     "card|cards|credit|debit|visa|mastercard|amex|maestro|discover|diners|jcb|unionpay|cc|pan|"
     "cvv|cvc|kreditkarte|karte|kartennummer|carte|tarjeta|carta|cartão|cartao|creditcard|kort|"
     "信用卡|卡号|银行卡|カード番号"},
    {Topic::kAccount,
     "account|acct|account "
     "number|bank|banking|konto|kontonummer|compte|cuenta|conto|conta|rekening"},
    {Topic::kRouting, "routing|aba|rtn|wire|ach|transit|routing number"},
    {Topic::kBic, "bic|swift"},
    {Topic::kSortCode, "sort|sort code|sortcode"},
    {Topic::kBirth,
     "born|dob|birth|birthdate|birthday|of birth|birthdays|geboren|geburtsdatum|geburtstag|"
     "né|née|naissance|nacido|nacida|nacimiento|nato|nata|nascita|nascimento|nascido|geboortedatum|"
     "född|fodt|født|syntynyt|urodzony|urodzenia|doğum"},
    {Topic::kAge, "age|aged|alter|âge|edad|età|idade"},
    {Topic::kPostcode,
     "zip|zipcode|postal|postcode|plz|postleitzahl|zip code|postal code|code postal|"
     "código postal|cep|pin code|pincode"},
    {Topic::kIdentity,
     "identity|national id|id number|id no|id card|taxpayer|tax id|tin|tax number|tax "
     "identification|"
     "identification|personal number|citizen|personalausweis|cnp|insurance number|social "
     "insurance"},
    {Topic::kLicence,
     "license|licence|driver|drivers|driver's|driving|dl|dlno|führerschein|permis|rijbewijs"},
    {Topic::kPassport, "passport|passports|reisepass|passeport|pasaporte|passaporto|paspoort"},
    {Topic::kVersion,
     "version|versions|ver|v|release|releases|build|section|sections|chapter|clause|rev|revision|"
     "upgrade|"
     "upgraded|firmware|kernel|figure|appendix|semver|oid|paragraph|sdk|driver version"},
    {Topic::kOrder,
     "order|orders|invoice|isbn|issn|tracking|sku|part|serial|ticket|ean|upc|gtin|barcode|"
     "timestamp|"
     "epoch|rfc|commit|reference|ref|asin|doi|build number|bestellung|commande|pedido|ordine"},
    {Topic::kIp, "ip|ipv4|ipv6|address|host|server|client"},
    {Topic::kWebsite, "website|websites|domain|domains|visit|homepage|webpage|browse"},
    {Topic::kUsSsn, "ssn|ssns|social security|social|soc sec|socialsecurity"},
    {Topic::kUsItin, "itin|individual taxpayer|taxpayer identification|tax id"},
    {Topic::kUkNhs, "nhs|nhs number|national health|health number"},
    {Topic::kUkNino, "nino|ni number|national insurance"},
    {Topic::kDeTax,
     "steuer|steuerid|idnr|steueridentifikationsnummer|steuernummer|tax id|"
     "identifikationsnummer|german tax"},
    {Topic::kFrNir, "nir|insee|sécurité sociale|securite sociale|sécu|french social"},
    {Topic::kEs, "dni|nif|nie|spanish"},
    {Topic::kPl, "pesel|nip|polish|regon"},
    {Topic::kSe, "personnummer|swedish|samordningsnummer|personal identity"},
    {Topic::kNl, "bsn|burgerservicenummer|sofinummer|dutch|citizen service"},
    {Topic::kPt, "nif|contribuinte|fiscal|portuguese"},
    {Topic::kBe, "rijksregisternummer|niss|insz|national register|registre national|belgian"},
    {Topic::kDk, "cpr|personnummer|danish"},
    {Topic::kNo, "fødselsnummer|fodselsnummer|fnr|personnummer|norwegian"},
    {Topic::kCh, "ahv|avs|swiss"},
    {Topic::kAt, "svnr|sozialversicherungsnummer|versicherungsnummer|austrian"},
    {Topic::kIe, "pps|ppsn|pps number|irish"},
    {Topic::kAadhaar, "aadhaar|aadhar|uidai|uid"},
    {Topic::kPan, "pan|permanent account|income tax"},
    {Topic::kBr, "cpf|cnpj|brazilian"},
    {Topic::kAuTfn, "tfn|tax file"},
    {Topic::kAuMedicare, "medicare"},
    {Topic::kAuAbn, "abn|business number|acn"},
    {Topic::kCaSin, "sin|social insurance|canadian"},
    {Topic::kSg, "nric|fin|singapore"},
    {Topic::kKr, "rrn|resident registration|korean|주민등록번호"},
    {Topic::kZa, "south african|rsa id|sa id|id number"},
    {Topic::kTr, "tc|kimlik|tckn|turkish"},
    {Topic::kCn, "resident identity|chinese|身份证|身份证号"},
    {Topic::kJp, "my number|mynumber|individual number|マイナンバー|個人番号"},
    {Topic::kNpi, "npi|national provider"},
    {Topic::kMx, "curp|rfc"},
    {Topic::kIt, "codice fiscale|cf|italian"},
    {Topic::kFi, "hetu|henkilötunnus|finnish"},
};

// Of scripts without blanks between words the first character.
std::string_view first_word(std::string_view phrase) {
  if (byte_class(phrase[0]) == kWide) return phrase.substr(0, wide_size(phrase[0]));
  return phrase.substr(0, phrase.find(' '));
}

class PhraseBook {
 public:
  PhraseBook() {
    for (const TopicPhrases& entry : kPhrases) {
      std::string_view left = entry.phrases;
      while (!left.empty()) {
        const std::size_t bar = std::min(left.find('|'), left.size());
        const std::string_view phrase = left.substr(0, bar);
        topics_[phrase] |= topic(entry.topic);
        by_first_word_[first_word(phrase)] |= topic(entry.topic);
        left.remove_prefix(std::min(bar + 1, left.size()));
      }
    }
  }

  Topics of(std::string_view phrase) const {
    const auto found = topics_.find(phrase);
    return found == topics_.end() ? 0 : found->second;
  }

  // Of phrases in scripts without blanks, which may begin anywhere.
  Topics beginning_at(std::string_view text) const {
    if (of_first_word(first_word(text)) == 0) return 0;
    Topics found = 0;
    for (std::size_t size = 3; size <= std::min<std::size_t>(text.size(), 24); size += 3) {
      found |= of(text.substr(0, size));
    }
    return found;
  }

  Topics of_first_word(std::string_view word) const {
    const auto found = by_first_word_.find(word);
    return found == by_first_word_.end() ? 0 : found->second;
  }

  void want(WordHeads* heads) const {
    for (const auto& [word, topics] : by_first_word_) {
      const std::string_view head = word.substr(0, 3);
      std::string upper(head);
      std::transform(upper.begin(), upper.end(), upper.begin(), to_upper);
      std::string capital(head);
      capital[0] = upper[0];
      if (head.size() < 2) continue;
      for (const std::string& form : {std::string(head), capital, upper}) heads->add_word(form);
    }
  }

 private:
  std::unordered_map<std::string_view, Topics> topics_;
  std::unordered_map<std::string_view, Topics> by_first_word_;
};

const PhraseBook& phrase_book() {
  static const PhraseBook book;
  return book;
}

// Letters, and what stands inside a word of them; around one it is a quote.
bool in_topic_word(char c) { return is_word(c) || c == '\''; }

// Of `text`, whose word before it is `left_out` if it begins inside of one.
Topics topics_in(std::string_view text) {
  const PhraseBook& book = phrase_book();
  std::array<char, 128> lowered{};
  const std::size_t size = std::min(text.size(), lowered.size());
  std::transform(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(size), lowered.begin(),
                 to_lower);
  const std::string_view all(lowered.data(), size);
  Topics found = 0;
  std::size_t before_begin = std::string_view::npos;
  for (std::size_t i = 0; i < size;) {
    if (byte_class(all[i]) == kWide) {
      found |= book.beginning_at(all.substr(i));
      before_begin = std::string_view::npos;
      i += wide_size(all[i]);
      continue;
    }
    if (!is_word(all[i])) {
      // Only a blank joins two words to a phrase.
      if (all[i] != ' ') before_begin = std::string_view::npos;
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < size && in_topic_word(all[end])) ++end;
    while (all[end - 1] == '\'') --end;
    found |= book.of(all.substr(i, end - i));
    if (before_begin != std::string_view::npos) {
      found |= book.of(all.substr(before_begin, end - before_begin));
    }
    before_begin = i;
    i = end;
  }
  return found;
}

// Where the words before `begin` begin: not inside a word, nor beyond the line before.
std::size_t window_begin(std::string_view text, std::size_t begin) {
  std::size_t first = begin > kTopicBefore ? begin - kTopicBefore : 0;
  while (first > 0 && first < begin && is_word(text[first - 1]) && is_word(text[first])) ++first;
  std::size_t lines = 0;
  for (std::size_t i = begin; i > first; --i) {
    if (text[i - 1] == '\n' && ++lines == 2) return i;
  }
  return first;
}

}  // namespace

void want_topics(WordHeads* heads) { phrase_book().want(heads); }

Topics topics_of_word(std::string_view word) {
  std::array<char, 32> lowered{};
  if (word.size() > lowered.size()) return 0;
  std::transform(word.begin(), word.end(), lowered.begin(), to_lower);
  return phrase_book().of_first_word({lowered.data(), word.size()});
}

Topics topics_before(std::string_view text, std::size_t begin) {
  const std::size_t first = window_begin(text, begin);
  return topics_in(text.substr(first, begin - first));
}

Topics topics_near(std::string_view text, std::size_t begin, std::size_t end) {
  const std::string_view behind = text.substr(end, kTopicBehind);
  return topics_before(text, begin) | topics_in(behind.substr(0, behind.find('\n')));
}

}  // namespace weir::privacy
