#include "metrics/receipt_chain.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/disk.h"
#include "metrics/sha256.h"
#include "metrics/storage_error.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "receipts-";
constexpr std::string_view kSuffix = ".jsonl";
constexpr std::size_t kNumberDigits = 12;
constexpr std::uint64_t kMaxSegmentBytes = std::uint64_t{1} << 40;

std::string segment_name(std::uint64_t first) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%0*llu", static_cast<int>(kNumberDigits),
                static_cast<unsigned long long>(first));
  return std::string(kPrefix) + digits + std::string(kSuffix);
}

bool sync_data(int file) { return ::fdatasync(file) == 0; }

// A new name in a folder is durable when the folder is.
bool sync_folder(const std::string& folder) {
  const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  const bool good = ::fsync(file) == 0;
  ::close(file);
  return good;
}

// Whether a line is a receipt in itself, wherever it stands.
bool is_signed(std::string_view line, const PublicKey& key) {
  const Result<ReceiptParts> parts = parse_receipt_line(line);
  return parts && sha256_hex(parts->body) == parts->hash &&
         key.verify(parts->body, parts->signature);
}

// Whole lines alone: what has no end was never told to anybody.
bool holds_receipts(std::string_view text, const PublicKey& key) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    if (is_signed(text.substr(0, end), key)) return true;
    text.remove_prefix(end + 1);
  }
  return false;
}

// The key of the chain; made with it, and never while there are receipts of another.
Result<SigningKey> key_of(const std::string& folder) {
  const std::string path = receipt_key_path(folder);
  Result<SigningKey> key = SigningKey::read(path);
  if (key || key.error().code != ErrorCode::kNotFound) return key;
  if (receipt_files(folder).empty()) return SigningKey::make(path, receipt_public_key_path(folder));
  return Error{ErrorCode::kInvalidConfig,
               path +
                   " is missing, and the receipts beside it were signed with it: bring it back, "
                   "or move the receipts away to begin a new chain"};
}

}  // namespace

std::vector<std::string> receipt_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool ours = name.size() == kPrefix.size() + kNumberDigits + kSuffix.size() &&
                      name.starts_with(kPrefix) && name.ends_with(kSuffix);
    if (ours) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::string receipt_key_path(const std::string& folder) { return folder + "/receipts.key"; }
std::string receipt_public_key_path(const std::string& folder) { return folder + "/receipts.pub"; }

ReceiptChain::ReceiptChain(ReceiptChainOptions options, SigningKey key)
    : options_(std::move(options)), key_(std::move(key)) {}

ReceiptChain::~ReceiptChain() {
  close_file();
  if (lock_file_ >= 0) ::close(lock_file_);
}

void ReceiptChain::close_file() {
  if (file_ >= 0) ::close(file_);
  file_ = -1;
}

Result<std::unique_ptr<ReceiptChain>> ReceiptChain::open(ReceiptChainOptions options) {
  Result<SigningKey> key = key_of(options.folder);
  if (!key) return key.error();
  std::unique_ptr<ReceiptChain> chain(new ReceiptChain(std::move(options), std::move(*key)));
  if (const Result<void> locked = chain->lock(); !locked) return locked.error();
  const std::vector<std::string> files = receipt_files(chain->options_.folder);
  if (!files.empty()) {
    if (const Result<void> read = chain->recover(files); !read) return read.error();
  }
  return chain;
}

Result<void> ReceiptChain::lock() {
  const std::string path = options_.folder + "/receipts.lock";
  lock_file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_file_ < 0) return storage_error(path);
  if (::flock(lock_file_, LOCK_EX | LOCK_NB) == 0) return {};
  return Error{ErrorCode::kStorage, path + ": another process writes receipts here"};
}

// How many bytes of a file are receipts that follow each other, as their hashes have it.
// Earlier files are not looked at: `weir audit verify` does that.
std::size_t ReceiptChain::follow(std::string_view text) {
  std::string_view rest = text;
  for (bool first = true; !rest.empty(); first = false) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    Result<ReceiptParts> parts = parse_receipt_line(rest.substr(0, end));
    if (!parts || sha256_hex(parts->body) != parts->hash) break;
    if (!first && (parts->seq != seq_ + 1 || parts->prev != head_)) break;
    seq_ = parts->seq;
    head_ = std::move(parts->hash);
    rest.remove_prefix(end + 1);
  }
  return text.size() - rest.size();
}

Result<void> ReceiptChain::recover(const std::vector<std::string>& files) {
  const std::string& path = files.back();
  const Result<std::string> text = system_disk().read_file(path, kMaxSegmentBytes);
  if (!text) return text.error();
  size_ = follow(*text);
  if (size_ == 0 && files.size() > 1) {
    // The process died before its first receipt was whole: the chain ends a file earlier.
    const Result<std::string> before =
        system_disk().read_file(files[files.size() - 2], kMaxSegmentBytes);
    if (!before) return before.error();
    follow(*before);
  }
  const std::string_view tail = std::string_view(*text).substr(size_);
  if (Result<void> kept = keep_torn_tail(path, tail); !kept) return kept;
  if (Result<void> opened = open_file(path); !opened) return opened;
  return take_back();
}

Result<void> ReceiptChain::keep_torn_tail(const std::string& path, std::string_view tail) {
  if (tail.empty()) return {};
  const Result<PublicKey> key = key_.public_key();
  if (!key) return key.error();
  if (holds_receipts(tail, *key)) {
    return Error{ErrorCode::kStorage,
                 path + ": is damaged behind receipt " + std::to_string(seq_) +
                     " and holds receipts further on, which is no torn tail: look with weir audit "
                     "verify; to begin a new chain move the receipts away"};
  }
  cut_file_ = path + ".torn-" + std::to_string(seq_);
  cut_bytes_ = tail.size();
  const int kept = ::open(cut_file_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (kept < 0) return storage_error(cut_file_);
  const bool good = ::write(kept, tail.data(), tail.size()) == static_cast<ssize_t>(tail.size()) &&
                    ::fsync(kept) == 0;
  Error error = good ? Error() : storage_error(cut_file_);
  ::close(kept);
  if (!good) return error;
  dirty_ = true;  // taken back before the next receipt
  return {};
}

Result<void> ReceiptChain::open_file(const std::string& path) {
  close_file();
  file_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) return storage_error(path);
  path_ = path;
  return {};
}

// What stands behind the last durable receipt goes.
Result<void> ReceiptChain::take_back() {
  if (!dirty_) return {};
  if (::ftruncate(file_, static_cast<off_t>(size_)) != 0) return storage_error(path_);
  dirty_ = false;
  return {};
}

Result<void> ReceiptChain::begin_segment() {
  const std::string path = options_.folder + "/" + segment_name(seq_ + 1);
  if (Result<void> opened = open_file(path); !opened) return opened;
  size_ = 0;
  if (sync_folder(options_.folder)) return {};
  close_file();
  return storage_error(options_.folder);
}

Result<void> ReceiptChain::write(std::string_view lines) {
  dirty_ = true;
  std::string_view rest = lines;
  while (!rest.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return storage_error(path_);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  if (!(options_.sync ? options_.sync(file_) : sync_data(file_))) return storage_error(path_);
  dirty_ = false;
  size_ += lines.size();
  return {};
}

Result<std::vector<ReceiptStamp>> ReceiptChain::append(
    const std::vector<const Receipt*>& receipts) {
  if (const Result<void> back = take_back(); !back) return back.error();
  if (file_ < 0 || size_ >= options_.segment_bytes) {
    if (const Result<void> begun = begin_segment(); !begun) return begun.error();
  }
  std::vector<ReceiptStamp> stamps;
  stamps.reserve(receipts.size());
  std::string lines;
  const std::string* prev = &head_;
  for (const Receipt* receipt : receipts) {
    const std::uint64_t seq = seq_ + stamps.size() + 1;
    const std::string body = receipt_body(*receipt, seq, *prev);
    const std::string hash = sha256_hex(body);
    const std::string signature = key_.sign(body);
    if (hash.empty() || signature.empty()) {
      return Error{ErrorCode::kInternal, "OpenSSL cannot sign a receipt"};
    }
    stamps.push_back({seq, hash, receipt_line(body, hash, signature)});
    lines.append(stamps.back().line).append("\n");
    prev = &stamps.back().hash;
  }
  if (const Result<void> written = write(lines); !written) return written.error();
  if (!stamps.empty()) {
    seq_ = stamps.back().seq;
    head_ = stamps.back().hash;
  }
  return stamps;
}

}  // namespace weir
