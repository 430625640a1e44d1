#include "metrics/receipt.h"

#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <filesystem>
#include <random>
#include <thread>

#include "metrics/receipt_log.h"
#include "metrics/sha256.h"
#include "tests/support/catch.h"
// Behind Catch2: it checks what it does.
#include "tests/metrics/receipt_fixture.h"

namespace weir {
namespace {

TEST_CASE("the public key alone shows that a chain is whole", "[metrics]") {
  ReceiptFolder folder;
  auto chain = folder.open();
  folder.append(*chain, 5);
  const ChainReport report = folder.verify();
  CHECK_FALSE(report.fault);
  CHECK(report.receipts == 5);
  CHECK(report.head == chain->head());
  CHECK(report.ids.size() == 5);
}

TEST_CASE("a receipt's hash and signature are those of its body", "[metrics]") {
  ReceiptFolder folder;
  const Receipt receipt = some_receipt(1);
  const auto stamps = folder.open()->append({&receipt});
  const auto parts = parse_receipt_line(stamps->front().line);
  CHECK(parts->body == receipt_body(receipt, 1, no_receipt_hash()));
  CHECK(sha256_hex(parts->body) == stamps->front().hash);
  CHECK(folder.key().verify(parts->body, parts->signature));
  CHECK_FALSE(folder.key().verify(parts->body + " ", parts->signature));
}

TEST_CASE("the key that signs is its owner's alone, and one that others can read is refused",
          "[metrics]") {
  ReceiptFolder folder;
  folder.open();
  const std::string path = receipt_key_path(folder.dir.path());
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  CHECK(ReceiptChain::open({folder.dir.path()}).error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("receipts are not gone on with under another key", "[metrics]") {
  ReceiptFolder folder;
  folder.append(*folder.open(), 1);
  std::filesystem::remove(receipt_key_path(folder.dir.path()));
  const auto opened = ReceiptChain::open({folder.dir.path()});
  CHECK(opened.error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("a chain goes on where it ended, over several files", "[metrics]") {
  ReceiptFolder folder;
  folder.append(*folder.open(1), 2);  // a file for each
  folder.append(*folder.open(1), 2);
  CHECK(folder.files().size() == 4);
  const ChainReport report = folder.verify();
  CHECK_FALSE(report.fault);
  CHECK(report.last_seq == 4);
}

TEST_CASE("a file of the chain that is missing is found, and may be allowed for", "[metrics]") {
  ReceiptFolder folder;
  auto chain = folder.open(1);
  folder.append(*chain, 1);
  const std::string archived = chain->head();
  folder.append(*chain, 2);
  std::filesystem::remove(folder.files().front());
  CHECK(folder.verify().fault);
  CHECK_FALSE(folder.verify({archived, {}}).fault);
}

TEST_CASE("a second process cannot write the same chain", "[metrics]") {
  ReceiptFolder folder;
  const auto chain = folder.open();
  CHECK(ReceiptChain::open({folder.dir.path()}).error().code == ErrorCode::kStorage);
}

TEST_CASE("a torn tail is cut off, kept beside, and the chain goes on", "[metrics]") {
  ReceiptFolder folder;
  folder.append(*folder.open(), 3);
  const std::string path = folder.files().front();
  const std::string whole = file_text(path);
  const std::size_t last = whole.rfind('\n', whole.size() - 2) + 1;
  const std::size_t torn_at = GENERATE_COPY(last + 1, last + 300, whole.size() - 1);
  CAPTURE(torn_at);
  write_file(path, whole.substr(0, torn_at));

  auto chain = folder.open();
  CHECK(chain->seq() == 2);
  CHECK(chain->cut_bytes() == torn_at - last);
  CHECK(file_text(chain->cut_file()) == whole.substr(last, torn_at - last));
  folder.append(*chain, 1);
  CHECK_FALSE(folder.verify().fault);
  CHECK(folder.verify().receipts == 3);
}

TEST_CASE("a first receipt of a file that is torn leads back to the file before", "[metrics]") {
  ReceiptFolder folder;
  folder.append(*folder.open(1), 2);
  const std::size_t left = GENERATE(0, 20);
  write_file(folder.files().back(), file_text(folder.files().back()).substr(0, left));
  auto chain = folder.open(1 << 20);
  CHECK(chain->seq() == 1);
  folder.append(*chain, 1);
  CHECK_FALSE(folder.verify().fault);
}

TEST_CASE("damage with receipts behind it is no torn tail", "[metrics]") {
  ReceiptFolder folder;
  folder.append(*folder.open(), 3);
  std::string text = file_text(folder.files().front());
  text[20] ^= 1;
  write_file(folder.files().front(), text);
  CHECK(ReceiptChain::open({folder.dir.path()}).error().code == ErrorCode::kStorage);
  CHECK(file_text(folder.files().front()) == text);
}

TEST_CASE("a cut end is found by a hash that was noted, and by the ledger's rows", "[metrics]") {
  ReceiptFolder folder;
  auto chain = folder.open();
  folder.append(*chain, 4);
  const std::string head = chain->head();
  const std::vector<std::int64_t> rows = folder.verify().ids;
  CHECK(missing_receipts(rows, folder.verify()).count == 0);

  const std::string path = folder.files().front();
  std::string text = file_text(path);
  text.resize(text.rfind('\n', text.size() - 2) + 1);
  write_file(path, text);
  CHECK_FALSE(folder.verify().fault);
  CHECK(folder.verify({{}, head}).fault);
  const MissingReceipts missing = missing_receipts(rows, folder.verify());
  CHECK(missing.count == 1);
  CHECK(missing.first == std::vector<std::string>{some_receipt(4).id});
}

// --- a chain that somebody changes -------------------------------------------

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text) {
  Lines lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

std::string joined(const Lines& lines) {
  std::string text;
  for (const std::string& line : lines) text += line;
  return text;
}

class Forger {
 public:
  Forger(std::string text, std::string other) : text_(std::move(text)), other_(lines_of(other)) {}

  std::string forge() {
    switch (any(7)) {
      case 0: return with_byte();
      case 1: return without_bytes();
      case 2: return with_bytes_doubled();
      case 3: return without_a_line();
      case 4: return with_lines_swapped();
      case 5: return with_a_line_doubled();
      default: return with_a_line_of_another_chain();
    }
  }

 private:
  std::size_t any(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }

  std::string with_byte() {
    std::string text = text_;
    char& byte = text[any(text.size())];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1 + any(255)));
    return text;
  }
  std::string without_bytes() {
    std::string text = text_;
    return text.erase(any(text.size()), 1 + any(400));
  }
  std::string with_bytes_doubled() {
    std::string text = text_;
    const std::size_t at = any(text.size());
    return text.insert(at, text.substr(at, 1 + any(400)));
  }
  std::string without_a_line() {
    Lines lines = lines_of(text_);
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(any(lines.size())));
    return joined(lines);
  }
  std::string with_lines_swapped() {
    Lines lines = lines_of(text_);
    const std::size_t a = any(lines.size());
    std::swap(lines[a], lines[(a + 1 + any(lines.size() - 1)) % lines.size()]);
    return joined(lines);
  }
  std::string with_a_line_doubled() {
    Lines lines = lines_of(text_);
    const std::string line = lines[any(lines.size())];
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(any(lines.size() + 1)), line);
    return joined(lines);
  }
  // Signed with the same key, numbered right, and yet not of this chain.
  std::string with_a_line_of_another_chain() {
    Lines lines = lines_of(text_);
    const std::size_t at = any(lines.size());
    lines[at] = other_[at];
    return joined(lines);
  }

  std::mt19937_64 random_{20'260'731};
  const std::string text_;
  const Lines other_;
};

TEST_CASE("10,000 changes to a chain at random are all found", "[metrics]") {
  constexpr std::int64_t kReceipts = 8;
  ReceiptFolder folder;
  auto chain = folder.open();
  folder.append(*chain, kReceipts);
  const ChainExpectations expected{{}, chain->head()};
  const std::string text = file_text(folder.files().front());
  chain.reset();
  std::filesystem::remove(folder.files().front());
  folder.append(*folder.open(), kReceipts);
  const PublicKey key = folder.key();
  Forger forger(text, file_text(folder.files().front()));

  CHECK_FALSE(verify_receipt_text(text, "chain", key, expected).fault);
  int changed = 0;
  int missed = 0;
  while (changed < 10'000) {
    const std::string forged = forger.forge();
    if (forged == text) continue;
    ++changed;
    if (!verify_receipt_text(forged, "chain", key, expected).fault) ++missed;
  }
  CHECK(missed == 0);
}

// --- the log -----------------------------------------------------------------

// Declared before the log, whose thread completes on its context.
struct LogRun {
  // What append() says of one receipt.
  Result<ReceiptStamp> append(ReceiptLog& log, std::int64_t number) {
    Result<ReceiptStamp> said = Error{};
    net::co_spawn(
        context,
        [](ReceiptLog& to, std::int64_t which) -> Async<Result<ReceiptStamp>> {
          co_return co_await to.append(some_receipt(which));
        }(log, number),
        [&](std::exception_ptr, Result<ReceiptStamp> result) { said = std::move(result); });
    context.restart();
    context.run();
    return said;
  }
  net::io_context context{1};
};

TEST_CASE("the log says where each receipt stands once it is durable", "[metrics]") {
  ReceiptFolder folder;
  ReceiptLogOptions options;
  options.chain.folder = folder.dir.path();
  LogRun run;
  auto log = std::move(*ReceiptLog::open(std::move(options)));
  CHECK(run.append(*log, 1)->seq == 1);
  const auto second = run.append(*log, 2);
  CHECK(second->seq == 2);
  CHECK(second->hash == folder.verify().head);
  CHECK(log->accepts());
}

TEST_CASE("what a disk refuses is told, kept, and written in its order when it recovers",
          "[metrics]") {
  ReceiptFolder folder;
  std::atomic<bool> broken{true};
  std::atomic<int> failures{0};
  std::atomic<int> recoveries{0};
  ReceiptLogOptions options;
  options.chain.folder = folder.dir.path();
  options.chain.sync = [&](int) { return !broken; };
  options.retry = std::chrono::milliseconds(1);
  options.on_failure = [&](const Error&) { ++failures; };
  options.on_recovery = [&] { ++recoveries; };
  LogRun run;
  auto log = std::move(*ReceiptLog::open(std::move(options)));
  CHECK(run.append(*log, 1).error().code == ErrorCode::kStorage);
  CHECK_FALSE(log->accepts());
  CHECK(run.append(*log, 2).error().code == ErrorCode::kStorage);
  broken = false;
  while (!log->accepts()) std::this_thread::yield();
  CHECK(run.append(*log, 3)->seq == 3);
  CHECK(failures == 1);
  CHECK(recoveries == 1);
  const ChainReport report = folder.verify();
  CHECK_FALSE(report.fault);
  CHECK(report.receipts == 3);
}

TEST_CASE("beyond its capacity receipts are lost, counted and told of", "[metrics]") {
  ReceiptFolder folder;
  std::atomic<bool> broken{true};
  std::atomic<int> failures{0};
  ReceiptLogOptions options;
  options.chain.folder = folder.dir.path();
  options.chain.sync = [&](int) { return !broken; };
  options.queue_capacity = 2;
  options.on_failure = [&](const Error&) { ++failures; };
  LogRun run;
  auto log = std::move(*ReceiptLog::open(std::move(options)));
  for (int i = 1; i <= 2; ++i) CHECK(run.append(*log, i).error().code == ErrorCode::kStorage);
  CHECK(run.append(*log, 3).error().code == ErrorCode::kOverloaded);
  CHECK(log->stats().lost == 1);
  CHECK(failures == 2);
  broken = false;
  log->close();
  CHECK(folder.verify().receipts == 2);
}

}  // namespace
}  // namespace weir
