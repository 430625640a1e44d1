# What weir links, all from Debian 12. Boost is used as headers only; the
# prometheus-cpp and simdjson packages ship no usable version file, so none is
# asked for.
include(cmake/host_headers.cmake)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
# Later versions of re2 need libraries of Abseil, which pkg-config knows.
find_package(PkgConfig REQUIRED)
pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)

# The config files of these two name packages that only their unused parts need,
# so the library and its headers are looked up directly.
function(weir_plain_library target header library)
  string(MAKE_C_IDENTIFIER ${target} id)
  find_path(${id}_INCLUDE ${header} REQUIRED)
  find_library(${id}_LIBRARY ${library} REQUIRED)
  add_library(${target} INTERFACE IMPORTED)
  target_include_directories(${target} SYSTEM INTERFACE ${${id}_INCLUDE})
  target_link_libraries(${target} INTERFACE ${${id}_LIBRARY})
endfunction()
weir_plain_library(weir::simdjson simdjson.h simdjson)
weir_plain_library(weir::prometheus prometheus/registry.h prometheus-cpp-core)

find_path(WEIR_TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
find_path(WEIR_CLI11_INCLUDE CLI/CLI.hpp REQUIRED)

if(WEIR_TESTS)
  find_package(Catch2 REQUIRED)
  find_package(benchmark REQUIRED)
endif()
