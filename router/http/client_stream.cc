#include "router/http/client_stream.h"

#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace weir {
namespace {

constexpr std::size_t kMaxParts = 8;

ClientStream::Status status_of_errno(ClientStream::Status if_blocked) {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? if_blocked
                                                                   : ClientStream::Status::kEnd;
}

}  // namespace

ClientStream::ClientStream(Socket socket, SslPtr ssl)
    : socket_(std::move(socket)), ssl_(std::move(ssl)) {
  boost::system::error_code ignored;
  socket_.native_non_blocking(true, ignored);
  socket_.set_option(net::ip::tcp::no_delay(true), ignored);
}

ClientStream::Status ClientStream::ssl_status(int result) {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return Status::kWantsRead;
    case SSL_ERROR_WANT_WRITE: return Status::kWantsWrite;
    default: return Status::kEnd;
  }
}

ClientStream::Status ClientStream::handshake() {
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  return result == 1 ? Status::kOk : ssl_status(result);
}

ClientStream::Outcome ClientStream::read(char* to, std::size_t size) {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    std::size_t bytes = 0;
    const int result = SSL_read_ex(ssl_.get(), to, size, &bytes);
    return {result == 1 ? Status::kOk : ssl_status(result), bytes};
  }
  const ssize_t bytes = ::recv(socket_.native_handle(), to, size, 0);
  if (bytes > 0) return {Status::kOk, static_cast<std::size_t>(bytes)};
  return {bytes == 0 ? Status::kEnd : status_of_errno(Status::kWantsRead), 0};
}

ClientStream::Outcome ClientStream::write(std::span<const std::string_view> parts,
                                          BlockPool& blocks) {
  if (ssl_ != nullptr) {
    BlockPool::Block block = blocks.take();
    std::size_t size = 0;
    for (const std::string_view part : parts) {
      const std::size_t room = std::min(part.size(), block.size() - size);
      std::memcpy(block.data() + size, part.data(), room);
      size += room;
    }
    ERR_clear_error();
    std::size_t bytes = 0;
    const int result = SSL_write_ex(ssl_.get(), block.data(), size, &bytes);
    return {result == 1 ? Status::kOk : ssl_status(result), bytes};
  }
  std::array<iovec, kMaxParts> pieces;
  const std::size_t count = std::min(parts.size(), kMaxParts);
  for (std::size_t i = 0; i < count; ++i) {
    pieces[i] = {const_cast<char*>(parts[i].data()), parts[i].size()};
  }
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = count;
  const ssize_t bytes = ::sendmsg(socket_.native_handle(), &message, MSG_NOSIGNAL);
  if (bytes >= 0) return {Status::kOk, static_cast<std::size_t>(bytes)};
  return {status_of_errno(Status::kWantsWrite), 0};
}

ClientStream::Status ClientStream::peek() {
  char byte = 0;
  if (ssl_ != nullptr) {
    ERR_clear_error();
    std::size_t bytes = 0;
    const int result = SSL_peek_ex(ssl_.get(), &byte, 1, &bytes);
    const Status status = result == 1 ? Status::kOk : ssl_status(result);
    return status == Status::kWantsWrite ? Status::kWantsRead : status;
  }
  const ssize_t bytes = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK);
  if (bytes > 0) return Status::kOk;
  return bytes == 0 ? Status::kEnd : status_of_errno(Status::kWantsRead);
}

bool ClientStream::half_closed() {
  pollfd watched{socket_.native_handle(), POLLRDHUP, 0};
  return ::poll(&watched, 1, 0) > 0;
}

void ClientStream::end_writing() {
  if (ssl_ != nullptr) {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }
  boost::system::error_code ignored;
  socket_.shutdown(net::socket_base::shutdown_send, ignored);
}

void ClientStream::reset() {
  boost::system::error_code ignored;
  socket_.set_option(net::socket_base::linger(true, 0), ignored);
  close();
}

void ClientStream::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
}

}  // namespace weir
