// Prefixes on disk: what is written comes back to its team and place, and to nobody else.
#include "local_backend/kv_disk/kv_disk.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>

#include "local_backend/kv_disk/kv_file.h"
#include "local_backend/kv_disk/kv_shelf.h"
#include "tests/support/catch.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kStateFloats = 100;
constexpr std::uint64_t kPlenty = std::uint64_t{1} << 30;

std::vector<TokenId> tokens_from(TokenId first, std::size_t count = 64) {
  std::vector<TokenId> tokens(count);
  std::iota(tokens.begin(), tokens.end(), first);
  return tokens;
}

std::vector<std::byte> page_of(unsigned seed) {
  std::vector<std::byte> page(kPageBytes);
  for (std::byte& each : page) each = static_cast<std::byte>(seed = seed * 1664525 + 1013904223);
  return page;
}

// A disk in a folder of its own, with what it said.
struct Fixture {
  TempDir dir;
  std::string folder = dir.path() + "/kv_cache";
  std::vector<std::string> said;

  std::unique_ptr<KvDisk> open(const std::vector<KvDiskTeam>& teams,
                               std::uint64_t max_bytes = kPlenty) {
    auto disk = std::make_unique<KvDisk>(
        KvDiskOptions{folder, [this](const std::string& line) { said.push_back(line); }});
    disk->use(teams, max_bytes);
    return disk;
  }
  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    if (!fs::exists(folder)) return found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file() && entry.path().filename() != "secret") {
        found.push_back(entry.path());
      }
    }
    return found;
  }
};

const KvDiskTeam kRed{"salt of red", "red"};
const KvDiskTeam kBlue{"salt of blue", "blue"};

bool put(KvTeam& team, const KvPlace& place, unsigned seed, KvUse use = {1'000'000, 0}) {
  return team.write(place, {page_of(seed), {}}, use);
}

std::optional<std::vector<std::byte>> got(KvTeam& team, const KvPlace& place) {
  std::vector<std::byte> page(kPageBytes);
  if (!team.read(place, {page, {}})) return std::nullopt;
  return page;
}

// A team whose disk is open, and where a page of it goes.
struct RedPage {
  std::unique_ptr<KvDisk> kept;
  std::shared_ptr<KvTeam> team;
  std::vector<TokenId> tokens;
  KvPlace place;  // of `tokens`
};

RedPage page_of_red(Fixture& disk) {
  RedPage red{disk.open({kRed}), nullptr, tokens_from(1), {}};
  red.team = red.kept->team(kRed.salt);
  red.place = {KvKind::kPage, red.team->root("model"), red.tokens};
  return red;
}

TEST_CASE("A page comes back from disk, also for the next process", "[kv_disk]") {
  Fixture disk;
  const auto tokens = tokens_from(5);
  auto first = disk.open({kRed});
  auto team = first->team(kRed.salt);
  const KvPlace place{KvKind::kPage, team->root("model"), tokens};
  CHECK_FALSE(team->has(team->name_of(place)));
  REQUIRE(put(*team, place, 1));
  CHECK(team->has(team->name_of(place)));
  CHECK(got(*team, place) == page_of(1));
  team.reset();
  first.reset();
  const auto next = disk.open({{"another salt", "red"}});
  team = next->team("another salt");
  CHECK(team->root("model") == place.parent);
  CHECK(got(*team, place) == page_of(1));
  CHECK(next->stats().files == 1);
  CHECK(next->stats().bytes == fs::file_size(disk.files().at(0)));
  CHECK(disk.said.empty());
}

TEST_CASE("A checkpoint comes back with its state", "[kv_disk]") {
  Fixture disk;
  const auto kept = disk.open({kRed});
  const auto team = kept->team(kRed.salt);
  const auto tokens = tokens_from(1, 17);
  const KvPlace place{KvKind::kCheckpoint, team->root("model"), tokens};
  std::vector<float> state(kStateFloats);
  std::iota(state.begin(), state.end(), 0.25f);
  REQUIRE(team->write(place, {page_of(3), state}, {}));
  std::vector<float> found(kStateFloats);
  std::vector<std::byte> page(kPageBytes);
  REQUIRE(team->read(place, {page, found}));
  CHECK(found == state);
  CHECK(page == page_of(3));
  CHECK_FALSE(team->has(team->name_of({KvKind::kPage, place.parent, tokens})));
}

TEST_CASE("Folders and files are their owner's alone, whatever the umask", "[kv_disk]") {
  const mode_t mask = GENERATE(0, 022, 0777);
  Fixture disk;
  const mode_t before = ::umask(mask);
  {
    const auto kept = disk.open({kRed});
    const auto team = kept->team(kRed.salt);
    const auto tokens = tokens_from(1);
    CHECK(put(*team, {KvKind::kPage, team->root("model"), tokens}, 1));
  }
  ::umask(before);
  std::size_t seen = 0;
  for (const auto& entry : fs::recursive_directory_iterator(disk.folder)) {
    const auto wanted = entry.is_directory() ? fs::perms::owner_all
                                             : fs::perms::owner_read | fs::perms::owner_write;
    CHECK(entry.status().permissions() == wanted);
    ++seen;
  }
  CHECK(seen == 3);  // the secret, a folder, a file
  CHECK(fs::status(disk.folder).permissions() == fs::perms::owner_all);
}

TEST_CASE("Names and contents of a file tell nothing of the tokens without the secret",
          "[kv_disk]") {
  Fixture one;
  Fixture two;
  const auto tokens = tokens_from(7);
  for (Fixture* each : {&one, &two}) {
    const auto kept = each->open({kRed});
    const auto team = kept->team(kRed.salt);
    REQUIRE(put(*team, {KvKind::kPage, team->root("model"), tokens}, 1));
  }
  const fs::path file = one.files().at(0);
  CHECK(file.filename() != two.files().at(0).filename());
  CHECK(file.parent_path().filename() != two.files().at(0).parent_path().filename());
  std::ifstream stream(file, std::ios::binary);
  const std::string bytes(std::istreambuf_iterator<char>(stream), {});
  const std::string plain(reinterpret_cast<const char*>(tokens.data()), 16);
  const auto page = page_of(1);
  CHECK(bytes.find(plain) == std::string::npos);
  CHECK(bytes.find(std::string(reinterpret_cast<const char*>(page.data()), 16)) ==
        std::string::npos);
}

TEST_CASE("Nobody finds a prefix of another team, of another model, or after other tokens",
          "[kv_disk]") {
  Fixture disk;
  const auto kept = disk.open({kRed, kBlue});
  const auto red = kept->team(kRed.salt);
  const auto blue = kept->team(kBlue.salt);
  const auto tokens = tokens_from(1);
  const auto others = tokens_from(2);
  const KvPlace place{KvKind::kPage, red->root("model"), tokens};
  REQUIRE(put(*red, place, 1));
  CHECK_FALSE(blue->has(blue->name_of({KvKind::kPage, blue->root("model"), tokens})));
  CHECK_FALSE(red->has(red->name_of({KvKind::kPage, red->root("another"), tokens})));
  CHECK_FALSE(red->has(red->name_of({KvKind::kPage, place.parent, others})));
  CHECK_FALSE(red->has(red->name_of({KvKind::kPage, red->name_of(place), tokens})));
  CHECK(kept->team("a salt that nobody has") == nullptr);
}

// Puts the bytes of one file where another one belongs.
void put_in_place_of(const fs::path& from, const fs::path& to) {
  fs::copy_file(from, to, fs::copy_options::overwrite_existing);
}

TEST_CASE("A file of another team or place is refused where it was put, and deleted", "[kv_disk]") {
  Fixture disk;
  const auto kept = disk.open({kRed, kBlue});
  const auto red = kept->team(kRed.salt);
  const auto blue = kept->team(kBlue.salt);
  const auto tokens = tokens_from(1);
  const KvPlace mine{KvKind::kPage, red->root("model"), tokens};
  const KvPlace theirs{KvKind::kPage, blue->root("model"), tokens};
  const KvPlace later{KvKind::kPage, red->name_of(mine), tokens};
  REQUIRE(put(*red, mine, 1));
  const fs::path file = disk.files().at(0);
  REQUIRE(put(*red, later, 2));
  const fs::path behind = file.parent_path() / hex_of(red->name_of(later));
  SECTION("of another place") { put_in_place_of(behind, file); }
  SECTION("of another team") {
    REQUIRE(put(*blue, theirs, 3));
    const std::string name = hex_of(blue->name_of(theirs));
    for (const fs::path& each : disk.files()) {
      if (each.filename() == name) put_in_place_of(each, file);
    }
  }
  CHECK_FALSE(got(*red, mine));
  CHECK_FALSE(fs::exists(file));
  CHECK_FALSE(red->has(red->name_of(mine)));
  CHECK(got(*red, later) == page_of(2));
  REQUIRE(disk.said.size() == 1);
  CHECK(disk.said[0].find("is damaged") != std::string::npos);
  CHECK(kept->stats().refused_files == 1);
}

TEST_CASE("A file that was changed anywhere, cut or lengthened is refused", "[kv_disk]") {
  Fixture disk;
  const auto [kept, team, tokens, place] = page_of_red(disk);
  const std::size_t size = kv_file_bytes(place, kPageBytes, 0);
  std::vector<std::size_t> changed(80);
  std::iota(changed.begin(), changed.end(), 0);  // header, nonce, the first tokens
  for (const std::size_t at : {64 + 255, 64 + 256, 2000, 4415, 4416, 4425, 4431}) {
    changed.push_back(at);
  }
  REQUIRE(size == 4432);
  for (const std::size_t at : changed) {
    REQUIRE(put(*team, place, 1));
    const fs::path file = disk.files().at(0);
    std::fstream stream(file, std::ios::binary | std::ios::in | std::ios::out);
    stream.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(stream.get() ^ 0x40);
    stream.seekp(static_cast<std::streamoff>(at)).put(byte);
    stream.close();
    CAPTURE(at);
    CHECK_FALSE(got(*team, place));
    CHECK(disk.files().empty());
  }
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64},
                                   std::size_t{400}, size - 16, size - 1, size + 1}) {
    REQUIRE(put(*team, place, 1));
    fs::resize_file(disk.files().at(0), length);
    CAPTURE(length);
    CHECK_FALSE(got(*team, place));
    CHECK(disk.files().empty());
  }
  CHECK(disk.said.size() == changed.size() + 8);
  REQUIRE(put(*team, place, 1));
  CHECK(got(*team, place) == page_of(1));
}

TEST_CASE("A file of another version is deleted, and the log says so", "[kv_disk]") {
  Fixture disk;
  const auto [kept, team, tokens, place] = page_of_red(disk);
  REQUIRE(put(*team, place, 1));
  std::fstream stream(disk.files().at(0), std::ios::binary | std::ios::in | std::ios::out);
  stream.seekp(8).put(static_cast<char>(kKvFileVersion + 1));
  stream.close();
  CHECK_FALSE(got(*team, place));
  CHECK(disk.files().empty());
  REQUIRE(disk.said.size() == 1);
  CHECK(disk.said[0].find("another version") != std::string::npos);
}

TEST_CASE("What stands in place of a file and is none does no harm", "[kv_disk]") {
  Fixture disk;
  const auto [kept, team, tokens, place] = page_of_red(disk);
  REQUIRE(put(*team, place, 1));
  const fs::path file = disk.files().at(0);
  const fs::path aside = disk.dir.path() + "/aside";
  fs::rename(file, aside);
  SECTION("a link to the same bytes") { fs::create_symlink(aside, file); }
  SECTION("a folder") { fs::create_directory(file); }
  SECTION("a pipe") { REQUIRE(::mkfifo(file.c_str(), 0600) == 0); }
  SECTION("one that others may read") {
    fs::copy_file(aside, file);
    fs::permissions(file, fs::perms::others_read, fs::perm_options::add);
  }
  SECTION("nothing at all") {}
  CHECK_FALSE(got(*team, place));
  CHECK_FALSE(team->has(team->name_of(place)));
  CHECK(fs::exists(aside));
}

TEST_CASE("Over the limit goes first what was used longest ago, and of one prompt its end",
          "[kv_disk]") {
  Fixture disk;
  const auto tokens = tokens_from(1);
  const std::uint64_t bytes = kv_file_bytes({KvKind::kPage, {}, tokens}, kPageBytes, 0);
  const auto kept = disk.open({kRed}, 3 * bytes);
  const auto team = kept->team(kRed.salt);
  const KvPlace a{KvKind::kPage, team->root("a"), tokens};
  const KvPlace behind_a{KvKind::kPage, team->name_of(a), tokens};
  const KvPlace b{KvKind::kPage, team->root("b"), tokens};
  const KvPlace c{KvKind::kPage, team->root("c"), tokens};
  REQUIRE(put(*team, a, 1, {100, 0}));
  REQUIRE(put(*team, behind_a, 2, {100, 1}));
  REQUIRE(put(*team, b, 3, {90, 0}));
  team->touch(team->name_of(b), {110, 0});
  REQUIRE(put(*team, c, 4, {120, 0}));
  CHECK(got(*team, a));
  CHECK_FALSE(got(*team, behind_a));
  CHECK(got(*team, b));
  CHECK_FALSE(put(*team, behind_a, 5, {99, 1}));  // it would be the first to go
  CHECK(kept->stats().evicted_files == 1);
  CHECK(kept->stats().bytes == 3 * bytes);
  kept->use({kRed}, bytes);  // a smaller limit, at once, by the times of the files
  CHECK(kept->stats().files == 1);
  const auto again = kept->team(kRed.salt);
  CHECK(got(*again, c));
}

TEST_CASE("What is larger than the limit is not kept", "[kv_disk]") {
  Fixture disk;
  const auto kept = disk.open({kRed}, 4'000);
  const auto team = kept->team(kRed.salt);
  const auto tokens = tokens_from(1);
  CHECK_FALSE(put(*team, {KvKind::kPage, team->root("model"), tokens}, 1));
  CHECK(disk.files().empty());
  CHECK(disk.said.empty());
}

TEST_CASE("A team that is no longer kept loses its files, and all of them with the secret",
          "[kv_disk]") {
  Fixture disk;
  const auto kept = disk.open({kRed, kBlue});
  const auto tokens = tokens_from(1);
  const auto red = kept->team(kRed.salt);
  const auto blue = kept->team(kBlue.salt);
  const KvPlace mine{KvKind::kPage, red->root("model"), tokens};
  const KvPlace theirs{KvKind::kPage, blue->root("model"), tokens};
  REQUIRE(put(*red, mine, 1));
  REQUIRE(put(*blue, theirs, 2));
  kept->use({kBlue}, kPlenty);
  CHECK(disk.files().size() == 1);
  CHECK_FALSE(red->has(red->name_of(mine)));
  CHECK_FALSE(put(*red, mine, 1));  // whoever still has it
  CHECK(got(*kept->team(kBlue.salt), theirs) == page_of(2));
  kept->use({}, kPlenty);
  CHECK_FALSE(fs::exists(disk.folder));
  CHECK(kept->team(kBlue.salt) == nullptr);
}

TEST_CASE("Without the secret, or once others could read it, all begins anew", "[kv_disk]") {
  Fixture disk;
  const auto tokens = tokens_from(1);
  {
    const auto kept = disk.open({kRed});
    const auto team = kept->team(kRed.salt);
    REQUIRE(put(*team, {KvKind::kPage, team->root("model"), tokens}, 1));
  }
  const fs::path secret = disk.folder + "/secret";
  SECTION("lost") { fs::remove(secret); }
  SECTION("cut") { fs::resize_file(secret, 31); }
  SECTION("longer") { fs::resize_file(secret, 33); }
  SECTION("readable") { fs::permissions(secret, fs::perms::group_read, fs::perm_options::add); }
  SECTION("a link") {
    fs::rename(secret, disk.dir.path() + "/aside");
    fs::create_symlink(disk.dir.path() + "/aside", secret);
  }
  const auto kept = disk.open({kRed});
  const auto team = kept->team(kRed.salt);
  CHECK(disk.files().empty());
  CHECK(fs::is_regular_file(fs::symlink_status(secret)));
  CHECK(fs::status(secret).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(put(*team, {KvKind::kPage, team->root("model"), tokens}, 1));
}

TEST_CASE("What a killed process left half-written goes", "[kv_disk]") {
  Fixture disk;
  const auto tokens = tokens_from(1);
  {
    const auto kept = disk.open({kRed});
    const auto team = kept->team(kRed.salt);
    REQUIRE(put(*team, {KvKind::kPage, team->root("model"), tokens}, 1));
  }
  const fs::path file = disk.files().at(0);
  std::ofstream(file.string() + ".part") << "half";
  const auto kept = disk.open({kRed});
  CHECK(disk.files().size() == 1);
  CHECK(kept->stats().files == 1);
}

TEST_CASE("A folder that cannot be used keeps nothing, and the log says why", "[kv_disk]") {
  Fixture disk;
  SECTION("its place is a file") { std::ofstream(disk.folder) << "a file"; }
  SECTION("its place is a link") { fs::create_symlink(disk.dir.path(), disk.folder); }
  SECTION("there is nowhere to put it") { disk.folder = disk.dir.path() + "/not/there"; }
  const auto kept = disk.open({kRed});
  CHECK(kept->team(kRed.salt) == nullptr);
  REQUIRE(disk.said.size() == 1);
  CHECK(disk.said[0].find("nothing is kept on disk") != std::string::npos);
}

TEST_CASE("A disk that fails is left alone for a while", "[kv_disk]") {
  Fixture disk;
  const auto [kept, team, tokens, place] = page_of_red(disk);
  for (const auto& entry : fs::directory_iterator(disk.folder)) {
    if (entry.is_directory()) fs::remove_all(entry.path());
  }
  CHECK_FALSE(put(*team, place, 1));
  CHECK_FALSE(put(*team, place, 1));
  CHECK(disk.said.size() == 1);
  CHECK(kept->stats().failures == 1);
  CHECK_FALSE(team->has(team->name_of(place)));
}

TEST_CASE("Two processes do not share a folder", "[kv_disk]") {
  Fixture disk;
  const auto one = disk.open({kRed});
  auto two = disk.open({kRed});
  CHECK(one->team(kRed.salt) != nullptr);
  CHECK(two->team(kRed.salt) == nullptr);
  REQUIRE(disk.said.size() == 1);
  CHECK(disk.said[0].find("another process") != std::string::npos);
  one->use({kRed}, kPlenty);  // a reload is the same process
  CHECK(one->team(kRed.salt) != nullptr);
}

TEST_CASE("A person sees what is kept and deletes it while it is used", "[kv_disk]") {
  Fixture disk;
  const auto kept = disk.open({kRed, kBlue});
  const auto tokens = tokens_from(1);
  const auto red = kept->team(kRed.salt);
  const auto blue = kept->team(kBlue.salt);
  const KvPlace mine{KvKind::kPage, red->root("model"), tokens};
  const KvPlace theirs{KvKind::kPage, blue->root("model"), tokens};
  REQUIRE(put(*red, mine, 1));
  REQUIRE(put(*blue, theirs, 2));
  auto report = KvDisk::report(disk.folder, {"red"});
  REQUIRE(report.size() == 2);
  CHECK(report[0].team == "red");
  CHECK(report[0].files == 1);
  CHECK(report[0].bytes == kv_file_bytes(mine, kPageBytes, 0));
  CHECK(report[0].used_unix_s == 1'000'000);
  CHECK(report[1].team.empty());
  CHECK(KvDisk::clear(disk.folder, "red"));
  CHECK_FALSE(got(*red, mine));
  CHECK(disk.said.empty());
  CHECK(got(*blue, theirs));
  CHECK(put(*red, mine, 1));
  CHECK(KvDisk::clear(disk.folder, ""));
  CHECK(disk.files().empty());
  CHECK(KvDisk::report(disk.dir.path() + "/nowhere", {}).empty());
  CHECK(KvDisk::clear(disk.dir.path() + "/nowhere", ""));
}

TEST_CASE("A digest tells weights apart by every byte and by their pieces", "[kv_disk]") {
  Fixture disk;
  KvDisk kept({disk.folder});
  const auto go_on = [] { return false; };
  auto weights = page_of(1);
  const std::span<const std::byte> all(weights);
  const std::string digest = kept.digest({all}, go_on);
  CHECK(digest.size() == 64);
  CHECK(kept.digest({all.first(10), all.subspan(10)}, go_on) != digest);
  CHECK(kept.digest({all}, [] { return true; }).empty());
  weights.back() ^= std::byte{1};
  CHECK(kept.digest({all}, go_on) != digest);
}

}  // namespace
}  // namespace weir
