#include "router/pull/download.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "core/http1.h"
#include "router/pull/running_sha256.h"
#include "router/version.h"

namespace weir {
namespace {

constexpr long kMostRedirects = 5;
constexpr auto kFirstPause = std::chrono::milliseconds(200);
constexpr auto kLongestPause = std::chrono::milliseconds(10'000);

bool is_loopback_url(std::string_view url) {
  constexpr std::string_view kHosts[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};
  return std::any_of(std::begin(kHosts), std::end(kHosts), [&](std::string_view host) {
    if (!url.starts_with(host)) return false;
    const std::string_view rest = url.substr(host.size());
    return rest.empty() || rest.front() == ':' || rest.front() == '/';
  });
}

Error storage(const std::string& path) {
  return {ErrorCode::kStorage, path + ": " + std::generic_category().message(errno)};
}

// The file that grows, and beside it what the server called the version of it.
class Partial {
 public:
  explicit Partial(const std::string& path)
      : path_(path + ".part"), tag_path_(path + ".part.tag") {}
  ~Partial() {
    if (fd_ >= 0) ::close(fd_);
  }
  Partial(const Partial&) = delete;
  Partial& operator=(const Partial&) = delete;

  Result<void> open(const std::string& url) {
    fd_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    struct stat info = {};
    if (fd_ < 0 || ::fstat(fd_, &info) != 0) return storage(path_);
    size_ = static_cast<std::uint64_t>(info.st_size);
    std::ifstream in(tag_path_);
    std::string known_url;
    std::getline(in, known_url);
    std::getline(in, tag_);
    url_ = url;
    if (known_url != url || tag_.empty()) return restart();
    return {};
  }

  Result<void> restart() {
    if (::ftruncate(fd_, 0) != 0) return storage(path_);
    size_ = 0;
    tag_.clear();
    return {};
  }

  // A version by which the server knows the file again.
  void set_tag(const std::string& tag) {
    if (tag == tag_) return;
    tag_ = tag;
    std::ofstream(tag_path_, std::ios::trunc) << url_ << "\n" << tag_ << "\n";
  }

  bool append(const char* data, std::size_t size) {
    while (size > 0) {
      const ssize_t written = ::pwrite(fd_, data, size, static_cast<off_t>(size_));
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      data += written;
      size -= static_cast<std::size_t>(written);
      size_ += static_cast<std::uint64_t>(written);
    }
    return true;
  }

  Result<void> finish(const std::string& path) {
    if (::fsync(fd_) != 0) return storage(path_);
    if (std::rename(path_.c_str(), path.c_str()) != 0) return storage(path);
    std::remove(tag_path_.c_str());
    return {};
  }
  void discard() {
    std::remove(path_.c_str());
    std::remove(tag_path_.c_str());
  }

  std::uint64_t size() const { return size_; }
  const std::string& tag() const { return tag_; }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  const std::string tag_path_;
  std::string url_;
  std::string tag_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
};

// "bytes 100-199/200"; nothing if it is anything else.
struct ContentRange {
  std::uint64_t begin = 0;
  std::uint64_t total = 0;
};
std::optional<ContentRange> content_range(std::string_view value) {
  constexpr std::string_view kUnit = "bytes ";
  if (!value.starts_with(kUnit)) return std::nullopt;
  value.remove_prefix(kUnit.size());
  const auto number = [&](std::uint64_t* out) {
    const char* const begin = value.data();
    const auto read = std::from_chars(begin, begin + value.size(), *out);
    if (read.ec != std::errc()) return false;
    value.remove_prefix(static_cast<std::size_t>(read.ptr - begin));
    return true;
  };
  ContentRange range;
  std::uint64_t last = 0;
  if (!number(&range.begin) || !value.starts_with('-')) return std::nullopt;
  value.remove_prefix(1);
  if (!number(&last) || !value.starts_with('/')) return std::nullopt;
  value.remove_prefix(1);
  if (!number(&range.total) || !value.empty()) return std::nullopt;
  return range;
}

// One request for the rest of the file.
class Transfer {
 public:
  Transfer(const Download& wanted, Partial& partial)
      : wanted_(wanted), partial_(partial), curl_(curl_easy_init(), curl_easy_cleanup) {}

  // What ended it: nothing if all is there.
  std::optional<Error> run() {
    if (!curl_) return Error{ErrorCode::kInternal, "libcurl cannot be used"};
    if (partial_.tag().empty()) {
      if (const auto restarted = partial_.restart(); !restarted) return restarted.error();
    }
    set_options();
    const CURLcode code = curl_easy_perform(curl_.get());
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status_);
    return outcome(code);
  }
  bool may_try_again() const { return may_try_again_; }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(curl_.get(), option, value);
  }

  void set_options() {
    const char* const schemes = is_loopback_url(wanted_.url) ? "http,https" : "https";
    set(CURLOPT_URL, wanted_.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, schemes);
    set(CURLOPT_REDIR_PROTOCOLS_STR, schemes);
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, kMostRedirects);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, 15L);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, static_cast<long>(wanted_.stall.count()));
    agent_ = "weir/" + std::string(kVersion);
    set(CURLOPT_USERAGENT, agent_.c_str());
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
    set(CURLOPT_WRITEDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    if (partial_.size() == 0) return;
    if_range_ = "If-Range: " + partial_.tag();
    headers_.reset(curl_slist_append(nullptr, if_range_.c_str()));
    set(CURLOPT_HTTPHEADER, headers_.get());
    range_ = std::to_string(partial_.size()) + "-";
    set(CURLOPT_RANGE, range_.c_str());
  }

  // Every answer on the way has a head of its own; that of the last one counts.
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view line(data, size * count);
    if (line.starts_with("HTTP/")) transfer.tag_.clear();
    transfer.take_header(line);
    return size * count;
  }

  void take_header(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return;
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    value = value.substr(0, value.find_last_not_of(" \t\r\n") + 1);
    const std::string_view name = line.substr(0, colon);
    if (http1::equal_ignoring_case(name, "etag") && !value.starts_with("W/")) tag_ = value;
    if (http1::equal_ignoring_case(name, "last-modified") && tag_.empty()) tag_ = value;
    if (http1::equal_ignoring_case(name, "content-range")) range_said_ = value;
  }

  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    return transfer.take_body({data, size * count}) ? size * count : 0;
  }

  bool take_body(std::string_view bytes) {
    if (!began_ && !begin()) return false;
    if (!takes_) return true;
    if (!partial_.append(bytes.data(), bytes.size())) {
      failed_ = storage(partial_.path());
      return false;
    }
    if (!wanted_.watch || wanted_.watch(partial_.size(), total_)) return true;
    failed_ = Error{ErrorCode::kCancelled, "stopped"};
    return false;
  }

  // The head is known: whether the body is the file, or the rest of it.
  bool begin() {
    began_ = true;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status_);
    takes_ = status_ == 200 || status_ == 206;
    if (!takes_) return true;
    curl_off_t length = -1;
    curl_easy_getinfo(curl_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    if (status_ == 206) {
      const auto range = content_range(range_said_);
      if (!range || range->begin != partial_.size()) {
        failed_ =
            Error{ErrorCode::kUpstreamProtocol, wanted_.url + ": sent another part than asked for"};
        return false;
      }
      total_ = range->total;
      return true;
    }
    if (const auto restarted = partial_.restart(); !restarted) {
      failed_ = restarted.error();
      return false;
    }
    if (!tag_.empty()) partial_.set_tag(tag_);
    total_ = length > 0 ? static_cast<std::uint64_t>(length) : 0;
    return true;
  }

  std::optional<Error> outcome(CURLcode code) {
    if (failed_) return failed_;
    if (status_ == 416) {  // what is here is not the beginning of what is there
      may_try_again_ = partial_.restart().has_value();
      return Error{ErrorCode::kUpstreamClosed, wanted_.url + ": the file has changed"};
    }
    if (status_ >= 400) {
      may_try_again_ = status_ == 408 || status_ == 429 || status_ >= 500;
      const ErrorCode kind = status_ == 404 || status_ == 410   ? ErrorCode::kNotFound
                             : status_ == 401 || status_ == 403 ? ErrorCode::kForbidden
                                                                : ErrorCode::kUpstreamClosed;
      return Error{kind, wanted_.url + ": answered " + std::to_string(status_)};
    }
    if (code == CURLE_OK && total_ > 0 && partial_.size() != total_) {
      may_try_again_ = true;
      return Error{ErrorCode::kUpstreamClosed, wanted_.url + ": ended too early"};
    }
    if (code == CURLE_OK) return std::nullopt;
    may_try_again_ = code != CURLE_PEER_FAILED_VERIFICATION && code != CURLE_UNSUPPORTED_PROTOCOL &&
                     code != CURLE_TOO_MANY_REDIRECTS && code != CURLE_URL_MALFORMAT;
    return Error{ErrorCode::kUpstreamClosed, wanted_.url + ": " + curl_easy_strerror(code)};
  }

  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  const Download& wanted_;
  Partial& partial_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::string agent_, if_range_, range_;
  std::string tag_, range_said_;
  long status_ = 0;
  std::uint64_t total_ = 0;
  bool began_ = false;
  bool takes_ = false;
  bool may_try_again_ = false;
  std::optional<Error> failed_;
};

std::optional<Error> fetch(const Download& wanted, Partial& partial) {
  auto pause = kFirstPause;
  for (int left = wanted.tries; left > 0;) {
    const std::uint64_t before = partial.size();
    Transfer transfer(wanted, partial);
    const auto error = transfer.run();
    if (!error || !transfer.may_try_again()) return error;
    const bool moved = partial.size() > before;
    left = moved ? wanted.tries : left - 1;
    pause = moved ? kFirstPause : std::min<std::chrono::milliseconds>(2 * pause, kLongestPause);
    if (left == 0) return error;
    std::this_thread::sleep_for(pause);
  }
  return std::nullopt;
}

}  // namespace

Result<void> check_url(const std::string& url) {
  if (url.starts_with("https://") || is_loopback_url(url)) return {};
  return Error{ErrorCode::kInvalidRequest, url + ": only https is taken"};
}

Result<Downloaded> download(const Download& wanted) {
  if (const auto taken = check_url(wanted.url); !taken) return taken.error();
  Partial partial(wanted.path);
  if (const auto opened = partial.open(wanted.url); !opened) return opened.error();
  if (const auto error = fetch(wanted, partial)) return *error;
  const auto hash = sha256_of_file(partial.path());
  if (!hash) return hash.error();
  if (!wanted.sha256.empty() && *hash != wanted.sha256) {
    partial.discard();
    return Error{ErrorCode::kInvalidModel,
                 wanted.url + ": has SHA-256 " + *hash + ", expected " + wanted.sha256};
  }
  if (const auto done = partial.finish(wanted.path); !done) return done.error();
  return Downloaded{partial.size(), *hash};
}

}  // namespace weir
