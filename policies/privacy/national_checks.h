// Check digits of national identity, tax and health numbers.
//
// All take what NumberRule::check does: letters and digits alone, letters in upper case, in the
// shape of their rule. Each comment names what is published about the number.
#pragma once

#include <string_view>

namespace weir::privacy {

bool us_ssn(std::string_view code);     // SSA: no area 000, 666, 9xx; no group 00; no serial 0000
bool us_itin(std::string_view code);    // IRS: 9xx-(50-65, 70-88, 90-92, 94-99)-xxxx
bool us_npi(std::string_view code);     // CMS: Luhn behind 80840
bool uk_nhs(std::string_view code);     // weights 10-2, mod 11
bool uk_nino(std::string_view code);    // HMRC: prefixes that are never given
bool de_tax_id(std::string_view code);  // ISO 7064 mod 11-10; one digit twice or three times
bool fr_nir(std::string_view code);     // 97 - n mod 97; Corsica 2A, 2B
bool es_nif(std::string_view code);     // letter of n mod 23
bool es_nie(std::string_view code);     // X, Y, Z as 0, 1, 2
bool it_fiscal(std::string_view code);  // odd and even tables, mod 26
bool pl_pesel(std::string_view code);   // weights 1-3-7-9; a date with the century in the month
bool pl_nip(std::string_view code);     // weights 6-5-7-2-3-4-5-6-7, mod 11
bool se_personnummer(std::string_view code);  // date and Luhn of the last ten
bool fi_hetu(std::string_view code);          // date and letter of n mod 31; no separator in it
bool nl_bsn(std::string_view code);           // weights 9-2 and -1, mod 11
bool pt_nif(std::string_view code);           // weights 9-2, mod 11
bool be_national(std::string_view code);      // 97 - n mod 97, with a 2 before n from 2000 on
bool dk_cpr(std::string_view code);           // a date: the check digit has been given up
bool no_fnr(std::string_view code);           // date and two digits of mod 11
bool ch_ahv(std::string_view code);           // 756 and EAN-13
bool at_svnr(std::string_view code);          // weights 3-7-9-5-8-4-2-1-6, mod 11
bool ie_pps(std::string_view code);           // weights 8-2, mod 23
bool in_aadhaar(std::string_view code);       // Verhoeff; begins with 2-9
bool in_pan(std::string_view code);           // the fourth letter says what the holder is
bool br_cpf(std::string_view code);           // two digits of mod 11
bool br_cnpj(std::string_view code);          //
bool au_tfn(std::string_view code);           // weights 1-4-3-7-5-8-6-9-10, mod 11
bool au_medicare(std::string_view code);      // weights 1-3-7-9, mod 10
bool au_abn(std::string_view code);           // the first less 1; mod 89
bool ca_sin(std::string_view code);           // Luhn; no 0 or 8 first
bool sg_nric(std::string_view code);          // weights 2-7-6-5-4-3-2, letter of mod 11
bool kr_rrn(std::string_view code);        // date, and weights 2-9-2-5, mod 11, where given by it
bool za_id(std::string_view code);         // date and Luhn
bool tr_id(std::string_view code);         // two digits
bool mx_curp(std::string_view code);       // date, and 37 characters weighted, mod 10
bool cn_id(std::string_view code);         // date and ISO 7064 mod 11-2
bool jp_my_number(std::string_view code);  // weights, mod 11
bool cz_birth_number(std::string_view code);  // date, divisible by 11
bool ro_cnp(std::string_view code);           // date, weights 279146358279, mod 11
bool ee_lt_code(std::string_view code);       // date, two turns of mod 11: Estonia, Lithuania
bool bg_egn(std::string_view code);           // date, weights, mod 11
bool hr_oib(std::string_view code);           // ISO 7064 mod 11-10
bool cl_rut(std::string_view code);           // weights 2-7, mod 11, K for 10
bool il_id(std::string_view code);            // Luhn from the left
bool th_id(std::string_view code);            // weights 13-2, mod 11
bool tw_id(std::string_view code);            // letter as two digits, weights, mod 10
bool hk_id(std::string_view code);            // weights, mod 11, A for 10

}  // namespace weir::privacy
