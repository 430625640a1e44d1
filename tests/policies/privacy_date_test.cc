#include <string>
#include <vector>

#include "tests/policies/privacy_findings.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::finds;
using test::found;
using Lines = std::vector<std::string>;

TEST_CASE("Dates are found as people write them", "[policies]") {
  const std::string date =
      GENERATE("2000-04-16", "2000-04-16 11:34:35", "2000-04-16T11:34:35Z", "2/8/1935",
               "31.12.1999", "16 April 2000", "16th of April, 2000", "April 16, 2000", "April 2000",
               "3 de mayo de 1990", "1. März 2001");
  CAPTURE(date);
  CHECK(found("It was " + date + ".") == Lines{"date " + date});
}

TEST_CASE("A date beside a birth is a date of birth", "[policies]") {
  CHECK(found("She was born on 2/8/1935.") == Lines{"date_of_birth 2/8/1935"});
  CHECK(found("DOB: 1985-03-12") == Lines{"date_of_birth 1985-03-12"});
  CHECK(found("geboren am 12.03.1985") == Lines{"date_of_birth 12.03.1985"});
}

TEST_CASE("Days that no calendar has, versions and sums are no dates", "[policies]") {
  const std::string text =
      GENERATE("2000-13-16", "2001-02-29", "32.12.1999", "1.2.3", "10/12", "5/2/3", "192.168.1.1",
               "1/2/3/4", "2000-04-16-7", "May I", "in 12345", "page 1977");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kDate));
}

TEST_CASE("A year alone counts behind a word of time", "[policies]") {
  CHECK(found("founded in 1977.") == Lines{"date 1977"});
  CHECK(found("room 1977").empty());
}

TEST_CASE("Ages are found beside the words that make them one", "[policies]") {
  CHECK(found("This 79 year old female") == Lines{"age 79"});
  CHECK(found("i'm 31 y/o.") == Lines{"age 31"});
  CHECK(found("aged 45, retired") == Lines{"age 45"});
  CHECK(found("My brother just turned 60") == Lines{"age 60"});
  CHECK(found("\"age\": 38") == Lines{"age 38"});
  CHECK_FALSE(finds("page 45", FindingKind::kAge));
  CHECK_FALSE(finds("turned 180 degrees", FindingKind::kAge));
  CHECK_FALSE(finds("300 years old", FindingKind::kAge));
  CHECK_FALSE(finds("5 years of work", FindingKind::kAge));
}

TEST_CASE("Postcodes have a shape of their own or a word beside them", "[policies]") {
  CHECK(found("London SW1A 1AA, UK") == Lines{"postcode SW1A 1AA"});
  CHECK(found("Ottawa K1A 0B1") == Lines{"postcode K1A 0B1"});
  CHECK(found("Denver, CO 80202") == Lines{"postcode 80202"});
  CHECK(found("my zip code is 35350") == Lines{"postcode 35350"});
  CHECK(found("we have 35350 cars").empty());
}

}  // namespace
}  // namespace weir
