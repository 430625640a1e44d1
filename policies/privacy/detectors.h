// The detectors of this folder, each made by a function and living in a file of its name.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "policies/privacy/detector.h"

namespace weir::privacy {

std::unique_ptr<Detector> email_detector();
std::unique_ptr<Detector> phone_detector();
std::unique_ptr<Detector> card_detector();
std::unique_ptr<Detector> iban_detector();
std::unique_ptr<Detector> bank_account_detector();
std::unique_ptr<Detector> national_id_detector();
std::unique_ptr<Detector> ip_detector();
std::unique_ptr<Detector> mac_detector();
std::unique_ptr<Detector> url_detector();     // with credentials in it, too
std::unique_ptr<Detector> domain_detector();  // those that stand alone
std::unique_ptr<Detector> date_detector();    // and dates of birth
std::unique_ptr<Detector> age_detector();
std::unique_ptr<Detector> postcode_detector();
std::unique_ptr<Detector> crypto_address_detector();
std::unique_ptr<Detector> vendor_secret_detector();      // by prefix and shape
std::unique_ptr<Detector> marked_secret_detector();      // by a mark inside: Q~, .atlasv1.
std::unique_ptr<Detector> private_key_detector();        // PEM, PGP, PuTTY
std::unique_ptr<Detector> assigned_secret_detector();    // password = ..., Authorization: ...
std::unique_ptr<Detector> passed_secret_detector();      // setPassword("..."), <token>...</token>
std::unique_ptr<Detector> command_secret_detector();     // curl -u user:password
std::unique_ptr<Detector> kubernetes_secret_detector();  // the data of "kind: Secret"
std::unique_ptr<Detector> name_detector();               // by guess; slower than the others

}  // namespace weir::privacy
