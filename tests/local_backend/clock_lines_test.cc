#include "local_backend/clock_lines.h"

#include <algorithm>
#include <iterator>

#include "core/rng.h"
#include "tests/support/catch.h"

namespace weir {
namespace {

TEST_CASE("A line that tells the present moment is known", "[hygiene][clock]") {
  const std::string_view line = GENERATE(
      "Current time: 14:03", "It is now Thu Nov 26 2026 01:35:16 UTC",
      "It is now Thu Nov 26 2026 02:35:16 GMT+0100 (Central European Standard Time)",
      "Runtime: agent=main | host=box | os=Linux 6.1 | time=2026-11-26T01:35:16Z | model=weir",
      "Current timestamp: 1764120916", "now=1764120916", "Unix time: 1764120916123",
      "<current_time>14:03:22</current_time>", "**Current time:** 14:03 UTC",
      "- Current date/time: 2026-11-26 01:35",
      "Current date and time: Thursday, November 26th, 2026 — 1:35 AM (Europe/Berlin)",
      "The current time is 14:03.", "The time is now 2:03pm",
      "Today is Thursday, November 26, 2026, 14:03.",
      "Today's date is 2026-11-26 and the current time is 14:03 UTC.", "It's 14:03 in New York.",
      "Local time: 14:03", "Timestamp: 2026-11-26T01:35:16.123Z", "Date: 2026-11-26T01:35:16+01:00",
      "🕒 Current time: 14:03", "Current UTC time: 2026-11-26T01:35-05:00",
      "As of now (2026-11-26 01:35 UTC)", "Now: Thu, 26 Nov 2026 01:35:16 GMT",
      "Current time in Berlin: 14:03", "current_time: 2026-11-26 01:35:16",
      "| Current time | 14:03 |", "Current time (UTC): 14:03:22 -0500",
      "System time: 20261126T013516Z", "The user's local time is 9:15 a.m.",
      "time: 2026-11-26 01:35:16");
  CAPTURE(line);
  CHECK(tells_the_time(line));
}

TEST_CASE("A line that only holds a time, or only a date, is none of these", "[hygiene][clock]") {
  const std::string_view line = GENERATE(
      "respond within 10:00 minutes", "open 09:00-17:00", "Open today 09:00 - 17:00",
      "Today: 14:00", "Today at 14:00", "Today's date is 2026-11-26", "Current date: 2026-11-26",
      "Use an aspect ratio of 16:9", "The current ratio is 16:9", "Version 14.03:22",
      "\"current_time\": \"2026-11-26T01:35:16Z\",", "Example: Current time: 14:03",
      "The meeting is now at 14:00", "If the current time is 14:03, say good afternoon",
      "Time limit: 10:00", "Time: 14:00", "Local time: 09:00-12:00", "Local time zone: -05:00",
      "Timezone: UTC+01:00", "Time zone: Europe/Berlin", "date: Thu, 26 Nov 2026 01:35:16 GMT",
      "created_at: 2026-11-26T01:35:16Z", "- 2026-11-26T01:35:16Z",
      "[2026-11-26T01:35:16Z] INFO started", "`date +%H:%M` prints 14:03", "John 3:16",
      "Cron: 30 14 * * *", "IPv6 is ::1, now 10:20:30:40", "Commit 1764120916 is current",
      "The current order id is 1764120916", "current time format: HH:MM, such as 14:03",
      "Knowledge cutoff: 2025-01", "curl http://x/?time=2026-11-26T01:35:16Z",
      "Current time is unknown", "Current model: qwen3 30:03", "const now = 1764120916;",
      "now = 1764120916;", "let time = \"14:03\";", "MAC 00:1A:2B now", "now 3/4",
      "current version 1.2.3 14:03 build", "Score now 10:12 for us", "Lunch is at 12:30",
      "It is 10:12 for the home team", "At 14:03 the server restarted");
  CAPTURE(line);
  CHECK_FALSE(tells_the_time(line));
}

struct Taken {
  std::string left;
  std::string taken;
};

Taken take(std::string text) {
  std::string taken = take_clock_lines(&text);
  return {text, taken};
}

TEST_CASE("Clock lines are taken out whole, in their order", "[hygiene][clock]") {
  const Taken t = take("A\n  - Current time: 14:03\nB\nNow: 14:04\n");
  CHECK(t.left == "A\nB\n");
  CHECK(t.taken == "- Current time: 14:03\nNow: 14:04");
}

TEST_CASE("Of a longer line only the sentence about the time is taken", "[hygiene][clock]") {
  const Taken t = take("You are a clerk. The current time is 14:03 UTC. Be brief.\nEnd");
  CHECK(t.left == "You are a clerk. Be brief.\nEnd");
  CHECK(t.taken == "The current time is 14:03 UTC.");
  CHECK(take("Be brief. It is 14:03.").left == "Be brief.");
}

TEST_CASE("Code between fences keeps its clocks", "[hygiene][clock]") {
  const std::string text = "```\nCurrent time: 14:03\n```\n";
  CHECK(take(text).left == text);
  CHECK(take(text + "Current time: 14:03").taken == "Current time: 14:03");
}

TEST_CASE("Text without a clock keeps every byte", "[hygiene][clock]") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "\n", "a\r\n\r\nb 1", "It is 5. ", "1\n\n");
  CHECK(take(text).left == text);
  CHECK(take(text).taken.empty());
}

TEST_CASE("Whatever the text, every word of it is left or taken", "[hygiene][clock]") {
  static constexpr const char* kPieces[] = {"Current time: 14:03",
                                            "now",
                                            " ",
                                            "\n",
                                            ". ",
                                            "It is",
                                            "14:03:22",
                                            "2026-11-26T01:35:16Z",
                                            "-",
                                            "Runtime: time=14:03",
                                            "```",
                                            "(",
                                            ")",
                                            "1764120916",
                                            "\xe2\x80\x94",
                                            "\xff",
                                            "UTC+1",
                                            "Europe/Berlin",
                                            "Thu Nov 26",
                                            "Be brief.",
                                            "=",
                                            "\r",
                                            "09:00-17:00",
                                            "\t",
                                            "is",
                                            "s",
                                            "'"};
  Rng rng(11);
  const auto visible = [](const std::string& text) {
    std::string all;
    for (const char c : text) {
      if (std::string_view(" \t\r\n").find(c) == std::string_view::npos) all += c;
    }
    std::sort(all.begin(), all.end());
    return all;
  };
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (std::uint64_t i = rng.next() % 24; i > 0; --i) {
      text += kPieces[rng.next() % std::size(kPieces)];
    }
    const Taken t = take(text);
    CAPTURE(text);
    REQUIRE(visible(t.left + t.taken) == visible(text));
    REQUIRE(take(t.left).left.size() <= t.left.size());
  }
}

TEST_CASE("Megabytes of almost clocks are read in one go", "[hygiene][clock]") {
  const std::string piece = GENERATE(as<std::string>{}, "12:", "now 1=", ". A", "(", "time=1 ",
                                     "1-", "\n1\n", "Runtime:=1");
  std::string text;
  while (text.size() < 4'000'000) text += piece;
  const std::string before = text;
  take_clock_lines(&text);
  CHECK(text == before);
}

}  // namespace
}  // namespace weir
