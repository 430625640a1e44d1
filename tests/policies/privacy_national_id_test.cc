#include <string>
#include <vector>

#include "tests/policies/privacy_findings.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::found;

struct Vector {
  const char* rule;
  const char* before;  // the words that it needs, if it needs any
  const char* number;  // from public documentation of the number
  const char* wrong;   // another check digit, or a date that is none
};

std::string finding(const Vector& vector) {
  return std::string("national_id/") + vector.rule + " " + vector.number;
}

bool holds(const std::vector<std::string>& lines, const std::string& wanted) {
  return std::find(lines.begin(), lines.end(), wanted) != lines.end();
}

// The rule is absent whatever others make of the number.
bool rule_found(const std::vector<std::string>& lines, const std::string& rule) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.starts_with("national_id/" + rule + " ");
  });
}

const std::vector<Vector>& vectors() {
  static const std::vector<Vector> all = {
      {"us_ssn", "", "123-45-6780", "666-45-6780"},
      {"us_ssn", "SSN: ", "123456780", "000456780"},
      {"us_ssn", "social security number ", "123 45 6780", "123 00 6780"},
      {"us_itin", "", "912-70-1234", "912-93-1234"},
      {"us_npi", "NPI ", "1234567893", "1234567894"},
      {"uk_nhs", "NHS number: ", "943 476 5919", "943 476 5918"},
      {"uk_nino", "", "AB123456C", "BG123456C"},
      {"uk_nino", "", "AB 12 34 56 C", "AB 12 34 56 E"},
      {"de_tax_id", "Steuer-ID ", "36 574 261 809", "36 574 261 808"},
      {"fr_nir", "", "2 55 08 14 168 025 38", "2 55 08 14 168 025 39"},
      {"fr_nir", "", "255081416802538", "255081416802537"},
      {"es_nif", "", "12345678Z", "12345678A"},
      {"es_nie", "", "X1234567L", "X1234567T"},
      {"it_codice_fiscale", "", "RSSMRA85T10A562S", "RSSMRA85T10A562T"},
      {"pl_pesel", "PESEL ", "44051401359", "44051401358"},
      {"pl_nip", "", "123-456-32-18", "123-456-32-17"},
      {"se_personnummer", "", "811228-9874", "811228-9873"},
      {"fi_hetu", "", "131052-308T", "131052-308U"},
      {"nl_bsn", "BSN ", "111222333", "111222334"},
      {"pt_nif", "NIF ", "123456789", "123456788"},
      {"be_national_number", "", "85.07.30-033.28", "85.07.30-033.29"},
      {"dk_cpr", "CPR ", "211062-5629", "319962-5629"},
      {"no_fodselsnummer", "fødselsnummer ", "15076500565", "15076500566"},
      {"ch_ahv", "", "756.9217.0769.85", "756.9217.0769.84"},
      {"at_svnr", "", "1237 010180", "1238 010180"},
      {"ie_pps", "PPS number ", "1234567T", "1234567U"},
      {"in_aadhaar", "", "2341 2341 2346", "2341 2341 2347"},
      {"in_pan", "", "ABCPE1234F", "ABCXE1234F"},
      {"br_cpf", "", "529.982.247-25", "529.982.247-24"},
      {"br_cnpj", "", "11.222.333/0001-81", "11.222.333/0001-82"},
      {"au_tfn", "TFN ", "123 456 782", "123 456 783"},
      {"au_medicare", "Medicare ", "2123 45670 1", "2123 45671 1"},
      {"au_abn", "ABN ", "51 824 753 556", "51 824 753 557"},
      {"ca_sin", "SIN ", "123-456-782", "123-456-783"},
      {"sg_nric", "", "S1234567D", "S1234567E"},
      {"kr_rrn", "", "971013-9019902", "971313-9019902"},
      {"za_id", "RSA ID ", "8001015009087", "8001015009086"},
      {"tr_kimlik", "TC kimlik ", "10000000146", "10000000147"},
      {"mx_curp", "", "BOXW310820HNERXN09", "BOXW310820HNERXN08"},
      {"cn_resident_id", "", "11010519491231002X", "110105194912310021"},
      {"jp_my_number", "my number ", "123456789018", "123456789017"},
      {"cz_birth_number", "", "710319/2745", "710319/2746"},
      {"ro_cnp", "CNP ", "1630615123457", "1630615123458"},
      {"ee_isikukood", "personal number ", "36805280109", "36805280108"},
      {"bg_egn", "citizen number ", "7523169263", "7523169264"},
      {"hr_oib", "tax number ", "33392005961", "33392005962"},
      {"cl_rut", "", "12.531.909-2", "12.531.909-3"},
      {"il_id", "identity number ", "039337423", "039337424"},
      {"th_id", "", "1-2345-45678-78-1", "1-2345-45678-78-2"},
      {"tw_id", "", "A123456789", "A123456788"},
      {"hk_id", "", "A123456(3)", "A123456(4)"},
  };
  return all;
}

TEST_CASE("National ids of many countries are found, with their check digits alone", "[policies]") {
  const Vector vector = GENERATE(from_range(vectors()));
  CAPTURE(vector.rule, vector.number);
  CHECK(
      holds(found(std::string("It says ") + vector.before + vector.number + ", as far as I know."),
            finding(vector)));
  CHECK_FALSE(
      rule_found(found(std::string("It says ") + vector.before + vector.wrong + "."), vector.rule));
}

TEST_CASE("A number that is digits alone is no national id without a word for it", "[policies]") {
  const std::string number =
      GENERATE("123456780", "44051401359", "111222333", "10000000146", "123456789018",
               "8001015009087", "33392005961", "943 476 5919", "1630615123457");
  CHECK_FALSE(test::finds("There are " + number + " of them.", FindingKind::kNationalId));
}

TEST_CASE("Social security numbers of advertisements and examples are nobody's", "[policies]") {
  CHECK_FALSE(test::finds("SSN 078-05-1120", FindingKind::kNationalId));
  CHECK_FALSE(test::finds("SSN 219-09-9999", FindingKind::kNationalId));
  CHECK_FALSE(test::finds("SSN 111-11-1111", FindingKind::kNationalId));
}

TEST_CASE("What is part of a longer code is no national id", "[policies]") {
  const std::string text = GENERATE("A-123-45-6780-9",                           // an article
                                    "550e8400-e29b-41d4-a716-446655440000",      // a UUID
                                    "/items/123-45-6780/",                       // a path
                                    "d6cd1e2bd19e03a81132a23b2025920577f84e37",  // a commit
                                    "1123-45-67801");
  CAPTURE(text);
  CHECK_FALSE(test::finds(text, FindingKind::kNationalId));
}

TEST_CASE("Licences and passports need a word", "[policies]") {
  CHECK(found("my driver's license number is F162823540116") ==
        std::vector<std::string>{"national_id/driver_licence F162823540116"});
  CHECK(found("passport no. C01X00T47") ==
        std::vector<std::string>{"national_id/passport C01X00T47"});
  CHECK(found("the code is C01X00T47").empty());
  CHECK(found("graphics driver version 4701234").empty());
}

}  // namespace
}  // namespace weir
