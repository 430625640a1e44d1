// The bytes of one client connection, plain or TLS: reads and writes that never
// wait. The session waits for the socket itself, so it is written once.
//
// Belongs to one I/O thread.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "cloud_adapters/upstream/io_thread.h"
#include "core/async.h"
#include "router/http/tls.h"

namespace weir {

class ClientStream {
 public:
  using Socket = net::basic_stream_socket<net::ip::tcp, IoExecutor>;

  enum class Status : std::uint8_t {
    kOk,
    kWantsRead,   // try again when the socket can be read
    kWantsWrite,  // try again when the socket can be written
    kEnd,         // the client closed its side, or the connection broke
  };
  struct Outcome {
    Status status = Status::kOk;
    std::size_t bytes = 0;
  };

  // `ssl` is null for plain HTTP. Sets the socket to non-blocking and TCP_NODELAY.
  ClientStream(Socket socket, SslPtr ssl);

  Socket& socket() { return socket_; }
  bool is_tls() const { return ssl_ != nullptr; }

  Status handshake();  // TLS only
  Outcome read(char* to, std::size_t size);
  // Writes from the front of `parts`, in one call to the system if it can. After
  // a kWants... the same bytes must be offered again. TLS gathers in a block.
  Outcome write(std::span<const std::string_view> parts, BlockPool& blocks);
  // kOk if bytes wait to be read; they stay.
  Status peek();
  // The client sent its end of stream, perhaps behind bytes not read yet.
  bool half_closed();

  void end_writing();  // the client sees an orderly end
  void reset();        // the client sees a broken connection
  void close();        // pending waits end

 private:
  Status ssl_status(int result);

  Socket socket_;
  SslPtr ssl_;
};

}  // namespace weir
