# Boost as headers. The cross-build has no CMake config for its target, and the
# headers are the same for every architecture.
find_path(WEIR_BOOST_INCLUDE boost/asio.hpp PATHS /usr/include NO_CMAKE_FIND_ROOT_PATH REQUIRED)
add_library(weir_boost INTERFACE)
if(NOT CMAKE_CROSSCOMPILING)
  target_include_directories(weir_boost SYSTEM INTERFACE ${WEIR_BOOST_INCLUDE})
else()
  # /usr/include itself would hide the target's own C library: expose boost/ alone.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/boost_only)
  file(CREATE_LINK ${WEIR_BOOST_INCLUDE}/boost ${CMAKE_BINARY_DIR}/boost_only/boost SYMBOLIC)
  target_include_directories(weir_boost SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/boost_only)
endif()
