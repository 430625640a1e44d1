#include <string>
#include <vector>

#include "tests/policies/privacy_findings.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

using test::finds;
using test::found;
using Lines = std::vector<std::string>;

TEST_CASE("E-mail addresses are found without what stands around them", "[policies]") {
  CHECK(found("<jane.roe+x@mail.example.co.uk>") == Lines{"email jane.roe+x@mail.example.co.uk"});
  CHECK(found("Write to o'neill_1@example.org.") == Lines{"email o'neill_1@example.org"});
  CHECK(found("to='jane@example.org'") == Lines{"email jane@example.org"});
  CHECK(found("mailto:a@b.io?subject=x") == Lines{"email a@b.io"});
  CHECK(found("\"to\":\"a.b@c-d.example\"") == Lines{"email a.b@c-d.example"});
  CHECK(found("Jürgen: jürgen@müller.de") == Lines{"email jürgen@müller.de"});
}

TEST_CASE("What has an @ is not always an address", "[policies]") {
  const std::string text =
      GENERATE("@user", "user@", "@@@@", "a@b", "@Override public", "icon@2x.png", "x @ y.com",
               "a..b@@example.com", "git@", "numpy@1.2.3", "@angular/core@12.0.1");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kEmail));
}

TEST_CASE("Telephone numbers of many countries are found as they are written", "[policies]") {
  const std::string number =
      GENERATE("+1-984-182-0190", "+46 (0)8 928 571 38", "+44 20 7946 0958", "+4915123456789",
               "(905) 674-3793", "905-674-3793", "905.674.3793", "1-800-555-0199", "03.93.92.16.85",
               "06 12 34 56 78", "07700 900123", "020 7946 0958", "(02) 9472 7916", "0694 82 21 31",
               "089/1234567", "+81 3-1234-5678", "345-899-3560x4587", "(+41) 44 668 18 00",
               "+7(495)123-45-67");
  CAPTURE(number);
  CHECK(found("It is " + number + ", he said.") == Lines{"phone " + number});
}

TEST_CASE("Beside a word for it any groups of digits are a telephone number", "[policies]") {
  CHECK(found("Call me on 9472 7916?") == Lines{"phone 9472 7916"});
  CHECK(found("416 60 039 office") == Lines{"phone 416 60 039"});
  CHECK(found("Fax: 9498777106") == Lines{"phone 9498777106"});
  CHECK(found("Tel. 699 956 915") == Lines{"phone 699 956 915"});
  CHECK(found("We saw 9472 7916 of them").empty());
}

TEST_CASE("Numbers that are no telephone's are let pass", "[policies]") {
  const std::string text =
      GENERATE("1700000000", "timestamp 1700000000", "2024-05-12", "call on 2024-05-12",
               "3.14159265", "1,234,567,890", "10.0.0.1", "ISBN 978-3-16-148410-0", "#ff00ff",
               "12:30-13:45", "order 905-674", "v1.22.333", "1 2 3 4 5 6 7 8 9",
               "1024 2048 4096 8192", "0x1234567890", "chr1:1234567-1234890");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kPhone));
}

TEST_CASE("Addresses of the internet protocol are found in both versions", "[policies]") {
  const std::string address =
      GENERATE("106.31.73.20", "192.168.0.123", "2001:db8::8a2e:370:7334",
               "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "fe80::1", "::ffff:192.0.2.128");
  CAPTURE(address);
  CHECK(found("from " + address + ".") == Lines{"ip " + address});
  CHECK(found("|" + address + "|") == Lines{"ip " + address});
}

TEST_CASE("Versions, times and names with colons are no addresses", "[policies]") {
  const std::string text =
      GENERATE("version 1.2.3.4", "v1.2.3.4", "1.2.3.4.5", "256.1.1.1", "1.2.3", "127.0.0.1",
               "0.0.0.0", "::1", "12:34:56", "std::dec", "fade::bad", "a::b", "1.2.3.4-rc1",
               "see section 4.3.2.1", "255.255.255.0", "01.02.03.04", "::");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kIp));
}

TEST_CASE("MAC addresses are found in three forms", "[policies]") {
  CHECK(found("eth0 00:1A:2b:3C:4d:5E up") == Lines{"mac 00:1A:2b:3C:4d:5E"});
  CHECK(found("aa-bb-cc-dd-ee-01") == Lines{"mac aa-bb-cc-dd-ee-01"});
  CHECK(found("001a.2b3c.4d5e") == Lines{"mac 001a.2b3c.4d5e"});
  CHECK_FALSE(finds("00:00:00:00:00:00", FindingKind::kMac));
  CHECK_FALSE(finds("00:1A:2b:3C:4d:5E:6f", FindingKind::kMac));
  CHECK_FALSE(finds("12:30:45", FindingKind::kMac));
}

TEST_CASE("URLs end where the sentence goes on", "[policies]") {
  CHECK(found("See https://example.org/a(b)?c=d#e).") ==
        Lines{"url https://example.org/a(b)?c=d#e"});
  CHECK(found("[x](http://www.example.com.pt/)") == Lines{"url http://www.example.com.pt/"});
  CHECK(found("ftp://files.example.net, then") == Lines{"url ftp://files.example.net"});
  CHECK(found("http://localhost:8080/x http://127.0.0.1/ file:///etc/passwd http://a").empty());
}

TEST_CASE("A URL with a password in it is found as one", "[policies]") {
  CHECK(found("postgres://app:s3cr3tPw@db.internal:5432/main") ==
        Lines{"url_credentials postgres://app:s3cr3tPw@db.internal:5432/main"});
  CHECK(found("https://cafebabe:deadbeef@gems.example.com/") ==
        Lines{"url_credentials https://cafebabe:deadbeef@gems.example.com/"});
  CHECK_FALSE(finds("https://user:password@example.com/", FindingKind::kUrlCredentials));
  CHECK_FALSE(finds("https://<user>:<pass>@example.com/", FindingKind::kUrlCredentials));
  CHECK_FALSE(finds("https://$USER:$PASS@example.com/", FindingKind::kUrlCredentials));
  CHECK_FALSE(finds("https://example.com/a:b@c", FindingKind::kUrlCredentials));
}

TEST_CASE("Domains stand alone, and only those that are hardly anything else", "[policies]") {
  CHECK(found("try www.example.org!") == Lines{"domain www.example.org"});
  CHECK(found("try example.com.") == Lines{"domain example.com"});
  CHECK(found("visit Example.COM") == Lines{"domain Example.COM"});
  CHECK(found("visit example.io") == Lines{"domain example.io"});
  const std::string text =
      GENERATE("main.cc", "setup.py", "node.js", "i.e. that", "e.g. this", "row.id", "facts.team",
               "System.out.println(x)", "end.Then", "read.ec", "a.b.c", "README.md", "file.tar.gz",
               "x.com(1)", "1.5.com_port", "obj.name = 1", "U.S. and", "path/to.com/x");
  CAPTURE(text);
  CHECK_FALSE(finds(text, FindingKind::kDomain));
}

TEST_CASE("Tables and lists need no blanks", "[policies]") {
  CHECK(found("bob,7,4111111111111111,536-90-4399,12") ==
        Lines{"card 4111111111111111", "national_id/us_ssn 536-90-4399"});
  CHECK(found("1,AT611904300234573201,+43 1 588 0123,10.1.2.3,ann@example.com,3") ==
        Lines{"iban AT611904300234573201", "phone +43 1 588 0123", "ip 10.1.2.3",
              "email ann@example.com"});
  CHECK(found("[4111111111111111,4111 1111 1111 1111,5]") ==
        Lines{"card 4111111111111111", "card 4111 1111 1111 1111"});
  CHECK(found("7,1 85 05 78 006 084 91,x,756.9217.0769.85,1") ==
        Lines{"national_id/fr_nir 1 85 05 78 006 084 91", "national_id/ch_ahv 756.9217.0769.85"});
  CHECK(found("born:,1957-03-14,1") == Lines{"date_of_birth 1957-03-14"});
}

TEST_CASE("Commas within numbers are theirs", "[policies]") {
  const std::string text = GENERATE("account 12,345,678", "aged 12,345", "zip 12,345", "aged 45,5",
                                    "account 1.234.567,89", "account 1 234 567,89");
  CAPTURE(text);
  CHECK(found(text).empty());
}

TEST_CASE("What another finding does not cover stays found", "[policies]") {
  CHECK(found("(212) 575-5822,x 2001:db8:2e3:ceb8:1462:8328:d167:aeb8") ==
        Lines{"phone 212) 575-5822,x", "ip 2001:db8:2e3:ceb8:1462:8328:d167:aeb8"});
}

TEST_CASE("What a URL or a domain holds comes before it", "[policies]") {
  CHECK(finds("https://example.org/?to=jane@example.com", FindingKind::kEmail));
  CHECK(finds("https://203.0.113.9/x", FindingKind::kIp));
}

}  // namespace
}  // namespace weir
