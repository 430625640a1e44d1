// Prefixes that outlive their engine: found on disk by the next one, and nobody can tell by the
// answers. What the disk does, fails to do, or does late costs nobody an answer.
#include "local_backend/kv_cache/prefix_archive.h"

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "local_backend/kv_disk/kv_disk.h"
#include "tests/local_backend/engine_run.h"
#include "tests/local_backend/golden.h"
#include "tests/support/temp_dir.h"

namespace weir {
namespace {

using namespace test;
namespace fs = std::filesystem;

constexpr std::uint64_t kPlenty = std::uint64_t{1} << 30;

TinySizes long_context() {
  TinySizes sizes;
  sizes.context = 16'384;
  return sizes;
}

std::string letters(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('a' + rng.uniform() * 26);
  return text;
}

EngineConfig quick() {
  EngineConfig config;
  config.threads = 2;
  config.stream_pieces = 1'000;
  config.step_target = std::chrono::hours(1);
  return config;
}

std::unique_ptr<Engine> engine_with(std::shared_ptr<KvArchive> archive,
                                    EngineConfig config = quick()) {
  config.archive = std::move(archive);
  config.archive_flush = std::chrono::minutes(1);
  return tiny_engine(config, long_context());
}

struct Told {
  std::string text;
  std::vector<float> logprobs;
  Usage usage;
};

std::unique_ptr<TokenStream> submit(Engine& engine, const std::string& prompt,
                                    const std::string& salt, bool persist = true) {
  SubmitOptions options;
  options.cache_salt = salt;
  options.persist = persist;
  SamplingParams params;
  params.seed = 11;
  params.max_tokens = 5;
  return std::move(*engine.submit(user(prompt), params, std::move(options)));
}

Told told_by(TokenStream& stream) {
  const Answer answer = read(stream);
  Told told{answer.text, {}, stream.usage()};
  for (const TokenSignals& signals : answer.signals) told.logprobs.push_back(signals.logprob);
  return told;
}

Told ask(Engine& engine, const std::string& prompt, const std::string& salt = "salt") {
  return told_by(*submit(engine, prompt, salt));
}

void check_same(const Told& found, const Told& expected) {
  CHECK(found.text == expected.text);
  CHECK(found.logprobs == expected.logprobs);
  CHECK(found.usage.prompt_tokens() == expected.usage.prompt_tokens());
}

std::shared_ptr<KvDisk> disk_in(const TempDir& dir, std::uint64_t max_bytes = kPlenty) {
  auto disk = std::make_shared<KvDisk>(KvDiskOptions{dir.path() + "/kv_cache"});
  disk->use({{"salt", "team"}, {"other salt", "other team"}}, max_bytes);
  return disk;
}

TEST_CASE("A prompt that an earlier engine has read is found on disk, and the answer is the same",
          "[archive]") {
  for (const std::size_t length : {30, 63, 64, 65, 127, 128, 129, 500, 3'000}) {
    const TempDir dir;
    const std::string prompt = letters(length, length);
    const Told first = ask(*engine_with(disk_in(dir)), prompt);
    const Told again = ask(*engine_with(disk_in(dir)), prompt);
    CAPTURE(length);
    check_same(again, first);
    CHECK(first.usage.cache_disk_tokens == 0);
    const std::int64_t whole = (first.usage.prompt_tokens() - 1) / 64 * 64;
    CHECK(again.usage.cache_disk_tokens == whole);
    CHECK(again.usage.cache_read_tokens == whole);
  }
}

struct Architecture {
  std::string name;
  fs::path file;
  KvTypes kv_types;
  std::size_t letters;
};

// Plain attention; sliding windows with sinks; a gated delta rule; short convolutions; latents.
std::vector<Architecture> architectures() {
  const KvTypes f16{kernels::KvType::kF16, kernels::KvType::kF16};
  const KvTypes q8{kernels::KvType::kQ8, kernels::KvType::kQ8};
  std::vector<Architecture> all;
  for (const char* name : {"qwen3", "gpt-oss-mxfp4", "qwen35"}) {
    all.push_back({name, committed_golden() / name / "model.gguf", f16, 180});
    all.push_back({name, committed_golden() / name / "model.gguf", q8, 180});
  }
  for (const char* name : {"gemma3", "lfm2", "deepseek2", "qwen3next"}) {
    const auto folder = data_path(std::string("golden/logits/") + name);
    if (folder && fs::exists(*folder / "model.gguf")) {
      all.push_back({name, *folder / "model.gguf", q8, 180});
    }
  }
  return all;
}

TEST_CASE("Every kind of memory comes back from disk with the same bits", "[archive]") {
  for (const Architecture& one : architectures()) {
    const auto file = GgufFile::open(one.file.string()).value();
    ModelOptions options;
    options.kv_types = one.kv_types;
    const std::shared_ptr<const Model> model = Model::load(file, options).value();
    const TempDir dir;
    const std::string prompt = letters(one.letters, 3);
    const auto fresh = [&](std::shared_ptr<KvArchive> archive) {
      EngineConfig config = quick();
      config.archive = std::move(archive);
      config.archive_flush = std::chrono::minutes(1);
      return engine_of(*file, model, config);
    };
    CAPTURE(one.name);
    const Told cold = ask(*fresh(nullptr), prompt);
    check_same(ask(*fresh(disk_in(dir)), prompt), cold);
    const Told warm = ask(*fresh(disk_in(dir)), prompt);
    check_same(warm, cold);
    CHECK(warm.usage.cache_disk_tokens >= 64);
    const Told longer = ask(*fresh(nullptr), prompt + letters(70, 4));
    const Told next = ask(*fresh(disk_in(dir)), prompt + letters(70, 4));
    check_same(next, longer);
    CHECK(next.usage.cache_disk_tokens >= 64);
  }
}

TEST_CASE("What grew in an earlier process grows on", "[archive]") {
  const TempDir dir;
  const std::string text = letters(1'000, 8);
  std::int64_t known = 0;
  for (const std::size_t length : {200, 400, 700, 1'000}) {
    const auto engine = engine_with(disk_in(dir));
    const Told told = ask(*engine, text.substr(0, length));
    CHECK(told.usage.cache_disk_tokens == known);
    known = told.usage.prompt_tokens() / 64 * 64;
  }
}

TEST_CASE("Nothing is found on disk by another team, nor with another model or key", "[archive]") {
  const TempDir dir;
  const std::string prompt = letters(300, 1);
  ask(*engine_with(disk_in(dir)), prompt);
  CHECK(ask(*engine_with(disk_in(dir)), prompt, "other salt").usage.cache_read_tokens == 0);
  CHECK(ask(*engine_with(disk_in(dir)), prompt, "unknown salt").usage.cache_read_tokens == 0);
  CHECK(ask(*engine_with(disk_in(dir)), prompt, "").usage.cache_read_tokens == 0);
  EngineConfig config = quick();
  config.archive_key = "another way of running it";
  CHECK(ask(*engine_with(disk_in(dir), config), prompt).usage.cache_read_tokens == 0);
  CHECK(ask(*engine_with(disk_in(dir)), prompt).usage.cache_disk_tokens > 0);
}

TEST_CASE("A request that is not to outlive the process leaves no file and looks for none",
          "[archive]") {
  const TempDir dir;
  const std::string prompt = letters(300, 1);
  const auto disk = disk_in(dir);
  told_by(*submit(*engine_with(disk), prompt, "salt", false));
  CHECK(disk->stats().files == 0);
  ask(*engine_with(disk), prompt);
  CHECK(disk->stats().files > 0);
  const auto stream = submit(*engine_with(disk), prompt, "salt", false);
  CHECK(told_by(*stream).usage.cache_read_tokens == 0);
}

TEST_CASE("A damaged file costs its page and what stands behind it, and no answer", "[archive]") {
  const TempDir dir;
  const std::string prompt = letters(400, 2);
  const Told first = ask(*engine_with(disk_in(dir)), prompt);
  std::size_t damaged = 0;
  for (const auto& entry : fs::recursive_directory_iterator(dir.path())) {
    if (!entry.is_regular_file() || entry.path().filename() == "secret") continue;
    if (++damaged % 3 == 0) fs::resize_file(entry.path(), 100);
  }
  REQUIRE(damaged >= 6);
  for (std::size_t round = 0; round < damaged / 3; ++round) {  // one is found, and written again
    check_same(ask(*engine_with(disk_in(dir)), prompt), first);
  }
  const Told last = ask(*engine_with(disk_in(dir)), prompt);
  check_same(last, first);
  CHECK(last.usage.cache_disk_tokens == (first.usage.prompt_tokens() - 1) / 64 * 64);
}

// Keeps everything in memory. Reads and writes can be held, and made to fail.
class SlowArchive final : public KvArchive {
 public:
  bool in_use() const override { return true; }
  std::shared_ptr<KvTeam> team(std::string_view salt) override {
    if (salt != "salt") return nullptr;
    return {team_, &*team_};
  }
  std::string digest(const std::vector<std::span<const std::byte>>&,
                     const std::function<bool()>&) override {
    if (nameless_) return {};
    return "weights";
  }
  void know_no_weights() { nameless_ = true; }

  void hold_reads(bool hold) { set(&Files::hold_reads, hold); }
  void fail_reads() { set(&Files::fail_reads, true); }
  void hold_writes(bool hold) { set(&Files::hold_writes, hold); }
  std::size_t files() const {
    const std::lock_guard lock(team_->mutex);
    return team_->files.size();
  }
  std::size_t reads() const {
    const std::lock_guard lock(team_->mutex);
    return team_->reads;
  }

 private:
  struct File {
    std::vector<std::byte> page;
    std::vector<float> state;
  };
  struct Files final : KvTeam {
    KvName root(std::string_view) const override { return {}; }
    KvName name_of(const KvPlace& place) const override {
      std::string text(reinterpret_cast<const char*>(place.parent.data()), place.parent.size());
      text += std::to_string(static_cast<int>(place.kind));
      for (const TokenId token : place.tokens) text += ' ' + std::to_string(token);
      const std::uint64_t hash = std::hash<std::string>()(text);
      KvName name{};
      std::memcpy(name.data(), &hash, sizeof hash);
      return name;
    }
    bool has(const KvName& name) const override {
      const std::lock_guard lock(mutex);
      return files.contains(name);
    }
    bool write(const KvPlace& place, const KvContents& what, KvUse) override {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return !hold_writes; });
      files[name_of(place)] = {{what.page.begin(), what.page.end()},
                               {what.state.begin(), what.state.end()}};
      return true;
    }
    bool read(const KvPlace& place, const KvRoom& room) override {
      std::unique_lock lock(mutex);
      ++reads;
      changed.notify_all();
      changed.wait(lock, [&] { return !hold_reads; });
      const auto found = files.find(name_of(place));
      if (fail_reads || found == files.end()) return false;
      std::copy(found->second.page.begin(), found->second.page.end(), room.page.begin());
      std::copy(found->second.state.begin(), found->second.state.end(), room.state.begin());
      return true;
    }
    void touch(const KvName&, KvUse) override {}

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::map<KvName, File> files;
    std::size_t reads = 0;
    bool hold_reads = false, fail_reads = false, hold_writes = false;
  };

  void set(bool Files::* what, bool value) {
    {
      const std::lock_guard lock(team_->mutex);
      (*team_).*what = value;
    }
    team_->changed.notify_all();
  }

 public:
  void wait_for_read() {
    std::unique_lock lock(team_->mutex);
    team_->changed.wait(lock, [&] { return team_->reads > 0; });
  }

 private:
  std::atomic<bool> nameless_ = false;
  const std::shared_ptr<Files> team_ = std::make_shared<Files>();
};

std::shared_ptr<SlowArchive> archive_that_knows(const std::string& prompt) {
  auto archive = std::make_shared<SlowArchive>();
  ask(*engine_with(archive), prompt);
  REQUIRE(archive->files() > 0);
  return archive;
}

TEST_CASE("Others are answered while a request waits for the disk", "[archive]") {
  const std::string prompt = letters(500, 1);
  const auto archive = archive_that_knows(prompt);
  archive->hold_reads(true);
  const auto engine = engine_with(archive);
  const auto waiting = submit(*engine, prompt, "salt");
  archive->wait_for_read();
  CHECK(ask(*engine, letters(300, 2)).usage.output_tokens > 0);
  CHECK(told_by(*submit(*engine, letters(300, 3), "", false)).usage.output_tokens > 0);
  CHECK(waiting->usage().output_tokens == 0);
  archive->hold_reads(false);
  CHECK(told_by(*waiting).usage.cache_disk_tokens > 400);
}

TEST_CASE("Who asks the same while it is read from disk reads it once", "[archive]") {
  const std::string prompt = letters(1'000, 1);
  const auto archive = archive_that_knows(prompt);
  const std::size_t files = archive->files();
  archive->hold_reads(true);
  const auto engine = engine_with(archive);
  std::vector<std::unique_ptr<TokenStream>> streams;
  for (int i = 0; i < 3; ++i) streams.push_back(submit(*engine, prompt, "salt"));
  archive->wait_for_read();
  archive->hold_reads(false);
  const Told first = told_by(*streams[0]);
  for (std::size_t i = 1; i < streams.size(); ++i) check_same(told_by(*streams[i]), first);
  CHECK(ask(*engine, prompt).usage.input_tokens == 1);
  CHECK(archive->reads() <= 3 * files);
}

TEST_CASE("A request that is cancelled or late while it waits for the disk ends then",
          "[archive]") {
  const std::string prompt = letters(500, 1);
  const auto archive = archive_that_knows(prompt);
  archive->hold_reads(true);
  const auto engine = engine_with(archive);
  SubmitOptions options;
  options.cache_salt = "salt";
  options.persist = true;
  const bool cancels = GENERATE(true, false);
  if (!cancels) {
    options.deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(50);
  }
  const auto stream = *engine->submit(user(prompt), greedy(5), options);
  archive->wait_for_read();
  if (cancels) stream->cancel();
  const Answer answer = read(*stream);
  CHECK(answer.outcome.error().code == (cancels ? ErrorCode::kCancelled : ErrorCode::kDeadline));
  archive->hold_reads(false);
  CHECK(ask(*engine, prompt).usage.output_tokens > 0);
  while (engine->load().running != 0) std::this_thread::yield();
  CHECK(engine->load().kv_tokens_reserved == 0);
}

TEST_CASE("What cannot be read is computed", "[archive]") {
  const std::string prompt = letters(500, 1);
  const auto archive = archive_that_knows(prompt);
  const Told expected = ask(*engine_with(nullptr), prompt);
  archive->fail_reads();
  const auto engine = engine_with(archive);
  const Told found = ask(*engine, prompt);
  check_same(found, expected);
  CHECK(found.usage.cache_disk_tokens == 0);
  CHECK(archive->reads() > 0);
}

TEST_CASE("Without a name for the model nothing is looked for and nobody waits", "[archive]") {
  const std::string prompt = letters(500, 1);
  const auto archive = archive_that_knows(prompt);
  archive->know_no_weights();
  const auto engine = engine_with(archive);
  CHECK(ask(*engine, prompt).usage.cache_read_tokens == 0);
  CHECK(archive->reads() == 0);
}

TEST_CASE("A disk that is slow to write delays nobody", "[archive]") {
  const auto archive = std::make_shared<SlowArchive>();
  archive->hold_writes(true);
  const auto engine = engine_with(archive);
  for (std::uint64_t i = 0; i < 5; ++i) ask(*engine, letters(700, i));
  CHECK(archive->files() == 0);
  archive->hold_writes(false);
}

EngineConfig with_pages(std::size_t pages) {
  EngineConfig config = quick();
  config.kv_bytes = KvPool::page_bytes(tiny_engine()->model().state_layout()) * pages;
  return config;
}

TEST_CASE("What is read from disk makes way for answers that run", "[archive]") {
  const std::string prompt = letters(380, 1);
  const auto archive = archive_that_knows(prompt);
  archive->hold_reads(true);
  const auto engine = engine_with(archive, with_pages(10));
  const auto waiting = submit(*engine, prompt, "salt");
  archive->wait_for_read();
  CHECK(ask(*engine, letters(600, 9)).usage.output_tokens > 0);  // needs all pages
  archive->hold_reads(false);
  CHECK(told_by(*waiting).usage.output_tokens > 0);
}

TEST_CASE("Whatever is written, read back, evicted and taken away, no answer changes",
          "[archive]") {
  const TempDir dir;
  const auto plain = engine_with(nullptr);
  Rng rng(20'261'126);
  const auto below = [&](std::size_t n) {
    return static_cast<std::size_t>(rng.uniform() * static_cast<double>(n));
  };
  const std::string texts[] = {letters(400, 1), letters(100, 2) + letters(300, 3),
                               letters(100, 2) + letters(300, 4)};
  for (int process = 0; process < 6; ++process) {
    const auto disk = disk_in(dir, 400'000);  // some of the pages
    const auto engine = engine_with(disk, with_pages(9 + below(20)));
    for (int round = 0; round < 4; ++round) {
      std::vector<std::pair<std::string, std::unique_ptr<TokenStream>>> all;
      for (int i = 0; i < 6; ++i) {
        std::string prompt = texts[below(3)].substr(0, 1 + below(390));
        if (below(3) == 0) prompt += letters(below(40), below(3));
        auto stream = submit(*engine, prompt, below(3) == 0 ? "other salt" : "salt");
        if (below(10) == 0) stream->cancel();
        all.emplace_back(std::move(prompt), std::move(stream));
      }
      for (const auto& [prompt, stream] : all) {
        const Told found = told_by(*stream);
        if (stream->outcome()) check_same(found, ask(*plain, prompt, ""));
      }
    }
    while (engine->load().running != 0) std::this_thread::yield();
    CHECK(engine->load().kv_tokens_reserved == 0);
    CHECK(disk->stats().bytes <= 400'000);
  }
}

}  // namespace
}  // namespace weir
