// The coroutine type of every room: an awaitable on a concrete executor.
//
// One io_context runs on each I/O thread and a request stays on its thread, so
// code that awaits needs no locks. The executor type is spelled out because a
// type-erased one costs an allocation and an indirect call per operation.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace weir {

namespace net = boost::asio;

using IoExecutor = net::io_context::executor_type;

template <class T>
using Async = net::awaitable<T, IoExecutor>;

}  // namespace weir
