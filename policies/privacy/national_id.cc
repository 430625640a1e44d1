// National identity, tax and health numbers: shapes, checks and the words they need beside them.
#include "policies/privacy/bytes.h"
#include "policies/privacy/detectors.h"
#include "policies/privacy/national_checks.h"
#include "policies/privacy/number_rules.h"

namespace weir::privacy {
namespace {

constexpr Topics kId = topic(Topic::kIdentity);

constexpr Topics or_id(Topic one) { return topic(one) | kId; }

// Numbers that are digits alone need a word, as one random number in ten or eleven passes a
// check digit; so do shapes that others share.
constexpr NumberRule kNationalIdRules[] = {
    {"us_ssn", "\\d{3}-\\d{2}-\\d{4}", us_ssn, 0},
    {"us_ssn", "\\d{3} \\d{2} \\d{4}", us_ssn, topic(Topic::kUsSsn)},
    {"us_ssn", "\\d{9}", us_ssn, topic(Topic::kUsSsn)},
    {"us_itin", "\\d{3}-\\d{2}-\\d{4}", us_itin, 0},
    {"us_itin", "\\d{9}", us_itin, topic(Topic::kUsItin)},
    {"us_npi", "\\d{10}", us_npi, topic(Topic::kNpi)},
    {"uk_nhs", "\\d{3}\\_\\d{3}\\_\\d{4}", uk_nhs, topic(Topic::kUkNhs)},
    {"uk_nino", "\\A{2}\\_\\d{2}\\_\\d{2}\\_\\d{2}\\_\\A", uk_nino, 0, false},
    {"de_tax_id", "\\d{2}\\_\\d{3}\\_\\d{3}\\_\\d{3}", de_tax_id, or_id(Topic::kDeTax)},
    {"fr_nir", "\\d\\_\\d{2}\\_\\d{2}\\_\\d\\U\\_\\d{3}\\_\\d{3}\\_\\d{2}", fr_nir, 0},
    {"es_nif", "\\d{8}\\_\\A", es_nif, 0},
    {"es_nie", "\\A\\_\\d{7}\\_\\A", es_nie, 0},
    {"it_codice_fiscale", "\\A{6}\\_\\d{2}\\A\\d{2}\\_\\A\\d{3}\\A", it_fiscal, 0},
    {"it_codice_fiscale", "\\a{6}\\d{2}\\a\\d{2}\\a\\d{3}\\a", it_fiscal, or_id(Topic::kIt)},
    {"pl_pesel", "\\d{11}", pl_pesel, or_id(Topic::kPl)},
    {"pl_nip", "\\d{3}-\\d{3}-\\d{2}-\\d{2}", pl_nip, 0},
    {"pl_nip", "\\d{10}", pl_nip, topic(Topic::kPl)},
    {"se_personnummer", "\\d{6}-\\d{4}", se_personnummer, 0},
    {"se_personnummer", "\\d{6}+\\d{4}", se_personnummer, 0},
    {"se_personnummer", "\\d{8}-\\d{4}", se_personnummer, 0},
    {"se_personnummer", "\\d{12}", se_personnummer, or_id(Topic::kSe)},
    {"se_personnummer", "\\d{10}", se_personnummer, topic(Topic::kSe)},
    {"fi_hetu", "\\d{6}-\\d{3}\\U", fi_hetu, 0},
    {"fi_hetu", "\\d{6}+\\d{3}\\U", fi_hetu, 0},
    {"fi_hetu", "\\d{6}\\A\\d{3}\\U", fi_hetu, 0},
    {"nl_bsn", "\\d{9}", nl_bsn, topic(Topic::kNl)},
    {"nl_bsn", "\\d{4}\\_\\d{2}\\_\\d{3}", nl_bsn, topic(Topic::kNl)},
    {"nl_bsn", "\\d{3}\\_\\d{3}\\_\\d{3}", nl_bsn, topic(Topic::kNl)},
    {"pt_nif", "\\d{3}\\_\\d{3}\\_\\d{3}", pt_nif, topic(Topic::kPt)},
    {"be_national_number", "\\d{2}.\\d{2}.\\d{2}-\\d{3}.\\d{2}", be_national, 0},
    {"be_national_number", "\\d{11}", be_national, or_id(Topic::kBe)},
    {"dk_cpr", "\\d{6}-\\d{4}", dk_cpr, or_id(Topic::kDk), false},
    {"dk_cpr", "\\d{10}", dk_cpr, topic(Topic::kDk), false},
    {"no_fodselsnummer", "\\d{6} \\d{5}", no_fnr, 0},
    {"no_fodselsnummer", "\\d{11}", no_fnr, or_id(Topic::kNo)},
    {"ch_ahv", "756.\\d{4}.\\d{4}.\\d{2}", ch_ahv, 0},
    {"ch_ahv", "756\\d{10}", ch_ahv, or_id(Topic::kCh)},
    {"at_svnr", "\\d{4} \\d{6}", at_svnr, 0},
    {"at_svnr", "\\d{10}", at_svnr, or_id(Topic::kAt)},
    {"ie_pps", "\\d{7}\\A{1,2}", ie_pps, or_id(Topic::kIe)},
    {"in_aadhaar", "\\d{4} \\d{4} \\d{4}", in_aadhaar, 0},
    {"in_aadhaar", "\\d{4}-\\d{4}-\\d{4}", in_aadhaar, 0},
    {"in_aadhaar", "\\d{12}", in_aadhaar, or_id(Topic::kAadhaar)},
    {"in_pan", "\\A{5}\\d{4}\\A", in_pan, 0, false},
    {"br_cpf", "\\d{3}.\\d{3}.\\d{3}-\\d{2}", br_cpf, 0},
    {"br_cpf", "\\d{11}", br_cpf, or_id(Topic::kBr)},
    {"br_cnpj", "\\d{2}.\\d{3}.\\d{3}/\\d{4}-\\d{2}", br_cnpj, 0},
    {"br_cnpj", "\\d{14}", br_cnpj, or_id(Topic::kBr)},
    {"au_tfn", "\\d{3}\\_\\d{3}\\_\\d{3}", au_tfn, topic(Topic::kAuTfn)},
    {"au_medicare", "\\d{4}\\_\\d{5}\\_\\d", au_medicare, topic(Topic::kAuMedicare)},
    {"au_abn", "\\d{2}\\_\\d{3}\\_\\d{3}\\_\\d{3}", au_abn, topic(Topic::kAuAbn)},
    {"ca_sin", "\\d{3}\\_\\d{3}\\_\\d{3}", ca_sin, topic(Topic::kCaSin)},
    {"sg_nric", "\\A\\d{7}\\A", sg_nric, 0},
    {"kr_rrn", "\\d{6}-\\d{7}", kr_rrn, 0},
    {"kr_rrn", "\\d{13}", kr_rrn, topic(Topic::kKr)},
    {"za_id", "\\d{13}", za_id, or_id(Topic::kZa)},
    {"za_id", "\\d{6} \\d{4} \\d{3}", za_id, 0},
    {"tr_kimlik", "\\d{11}", tr_id, or_id(Topic::kTr)},
    {"mx_curp", "\\A{4}\\d{6}\\A{6}\\U\\d", mx_curp, 0},
    {"cn_resident_id", "\\d{17}\\U", cn_id, 0},
    {"jp_my_number", "\\d{12}", jp_my_number, topic(Topic::kJp)},
    {"jp_my_number", "\\d{4}\\_\\d{4}\\_\\d{4}", jp_my_number, topic(Topic::kJp)},
    {"cz_birth_number", "\\d{6}/\\d{4}", cz_birth_number, 0},
    {"ro_cnp", "\\d{13}", ro_cnp, kId},
    {"ee_isikukood", "\\d{11}", ee_lt_code, kId},
    {"bg_egn", "\\d{10}", bg_egn, kId},
    {"hr_oib", "\\d{11}", hr_oib, kId},
    {"cl_rut", "\\d{1,2}.\\d{3}.\\d{3}-\\U", cl_rut, 0},
    {"il_id", "\\d{9}", il_id, kId},
    {"th_id", "\\d-\\d{4}-\\d{5}-\\d{2}-\\d", th_id, 0},
    {"th_id", "\\d{13}", th_id, kId},
    {"tw_id", "\\A\\d{9}", tw_id, 0},
    {"hk_id", "\\A{1,2}\\d{6}(\\U)", hk_id, 0},
    {"passport", "\\U{6,9}", nullptr, topic(Topic::kPassport)},
    {"passport", "\\A\\U{5,8}", nullptr, topic(Topic::kPassport)},
    {"driver_licence", "\\A\\d{5,14}", nullptr, topic(Topic::kLicence), false,
     topic(Topic::kVersion)},
    {"driver_licence", "\\d{6,9}", nullptr, topic(Topic::kLicence), false, topic(Topic::kVersion)},
    {"driver_licence", "\\U{1,5}-\\U{2,6}-\\U{2,6}", nullptr, topic(Topic::kLicence), false,
     topic(Topic::kVersion)},
};

class NationalIdDetector final : public Detector {
 public:
  NationalIdDetector() : book_(FindingKind::kNationalId, kNationalIdRules) {}

  void find(const MarkedText& marked, Hits* hits) const override { book_.find(marked, hits); }

 private:
  NumberBook book_;
};

}  // namespace

std::unique_ptr<Detector> national_id_detector() { return std::make_unique<NationalIdDetector>(); }

}  // namespace weir::privacy
