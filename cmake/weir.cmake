# How every target of weir is built: language, warnings, sanitizers, and the
# three functions that the folders use.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(WEIR_CCACHE ccache)
if(WEIR_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${WEIR_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${WEIR_CCACHE})
endif()

find_package(Threads REQUIRED)

add_library(weir_options INTERFACE)
target_include_directories(weir_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(weir_options INTERFACE
  _GLIBCXX_ASSERTIONS BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION BOOST_BEAST_USE_STD_STRING_VIEW
  # Coroutine frames come from operator new: aligned_alloc() has no cache per thread.
  BOOST_ASIO_DISABLE_STD_ALIGNED_ALLOC BOOST_ASIO_DISABLE_BOOST_ALIGN
  BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=8)
target_compile_options(weir_options INTERFACE -fstack-protector-strong)
target_link_libraries(weir_options INTERFACE Threads::Threads)

add_library(weir_warnings INTERFACE)
target_compile_options(weir_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wold-style-cast -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # It sees overlaps in std::string's own code (GCC bug 105651).
  target_compile_options(weir_warnings INTERFACE -Wno-restrict)
endif()
if(WEIR_WERROR)
  target_compile_options(weir_warnings INTERFACE -Werror)
endif()

if(WEIR_SANITIZE)
  add_compile_options(-fsanitize=${WEIR_SANITIZE} -fno-omit-frame-pointer -g1)
  add_link_options(-fsanitize=${WEIR_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Instrumented coroutines look wrong to it (the presets also leave -Werror off).
    add_compile_options(-Wno-maybe-uninitialized -Wno-mismatched-new-delete)
    if(WEIR_SANITIZE MATCHES "undefined")
      # These look at every access and more than double GCC's time. Addresses are what the
      # address sanitizer looks at, and the fuzz targets, which clang builds, have them all.
      add_compile_options(-fno-sanitize=null,alignment,vptr,object-size)
    endif()
    if(WEIR_SANITIZE MATCHES "thread")
      add_compile_options(-Wno-tsan)
    endif()
  endif()
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_definitions(_FORTIFY_SOURCE=2)
endif()

# All that `ctest -L unit` runs; all fuzz targets.
add_custom_target(weir_tests)
add_custom_target(fuzz_all)

# A test's own code need not be fast, but there is much of it to compile. Undefined behaviour
# is looked for in what it tests, not in it.
add_library(weir_test_code INTERFACE)
if(WEIR_SANITIZE)
  target_compile_options(weir_test_code INTERFACE -O0 -fno-sanitize=undefined)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  target_compile_options(weir_test_code INTERFACE -O1)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # With less inlining it takes the operator delete of Asio's coroutine frames for a mismatch.
    target_compile_options(weir_test_code INTERFACE -Wno-mismatched-new-delete)
  endif()
endif()

# weir_library(NAME SOURCES a.cc ... DEPENDS other ...): one static library a
# folder, every file listed.
function(weir_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC weir_options ${ARG_DEPENDS} PRIVATE weir_warnings)
  if(WEIR_UNITY)
    # Most of a file's time goes to headers. No two files of a library use a name of an unnamed
    # namespace for two things, so any of them may stand together.
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      # It takes a .cc file that another one includes for a header.
      target_compile_options(${name} PRIVATE -Wno-subobject-linkage)
    endif()
  endif()
endfunction()

# weir_test(NAME [SHARDS n] [ALONE] SOURCES a_test.cc ... DEPENDS library ...): one test program
# a room. With shards it is n tests, NAME/1of8 and so on, each every nth of its test cases.
# ALONE: it holds sockets to times, so nothing runs beside it.
function(weir_test name)
  cmake_parse_arguments(ARG "ALONE" "SHARDS" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE weir_test_main weir_test_code weir_warnings ${ARG_DEPENDS})
  target_compile_definitions(${name} PRIVATE WEIR_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_dependencies(weir_tests ${name})
  if(NOT ARG_SHARDS)
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS unit RUN_SERIAL ${ARG_ALONE})
    return()
  endif()
  foreach(shard RANGE 1 ${ARG_SHARDS})
    math(EXPR index "${shard} - 1")
    set(test ${name}/${shard}of${ARG_SHARDS})
    add_test(NAME ${test} COMMAND ${name} --shard-count ${ARG_SHARDS} --shard-index ${index})
    set_tests_properties(${test} PROPERTIES TIMEOUT 600 LABELS unit)
  endforeach()
endfunction()

# weir_fuzz(NAME SOURCE file.cc DEPENDS library ...): a libFuzzer target with
# clang and -DWEIR_SANITIZE=fuzzer,...; else a program that runs files given to it.
function(weir_fuzz name)
  cmake_parse_arguments(ARG "" "SOURCE" "DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCE})
  target_link_libraries(${name} PRIVATE weir_warnings ${ARG_DEPENDS})
  add_dependencies(fuzz_all ${name})
  if(WEIR_SANITIZE MATCHES "fuzzer")
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/fuzz/run_files.cc)
    string(REPLACE "_fuzz" "" corpus ${name})
    file(GLOB seeds CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/corpus/${corpus}/*)
    add_test(NAME ${name}_corpus COMMAND ${name} ${seeds})
    set_tests_properties(${name}_corpus PROPERTIES LABELS unit)
    add_dependencies(weir_tests ${name})
  endif()
endfunction()
