# Libraries that are headers only and the same for every architecture, taken from the
# machine that builds. A cross-build has no CMake config for its target, and
# /usr/include itself would hide the target's own C library: it is shown their folders
# alone, through links.
set(WEIR_HOST_HEADERS ${CMAKE_BINARY_DIR}/host_headers)

# weir_host_headers(TARGET folder): makes <folder/...> known to what links TARGET.
function(weir_host_headers target folder)
  find_path(WEIR_HOST_${folder} ${folder} PATHS /usr/include NO_CMAKE_FIND_ROOT_PATH REQUIRED)
  add_library(${target} INTERFACE)
  if(NOT CMAKE_CROSSCOMPILING)
    target_include_directories(${target} SYSTEM INTERFACE ${WEIR_HOST_${folder}})
  else()
    file(MAKE_DIRECTORY ${WEIR_HOST_HEADERS})
    file(CREATE_LINK ${WEIR_HOST_${folder}}/${folder} ${WEIR_HOST_HEADERS}/${folder} SYMBOLIC)
    target_include_directories(${target} SYSTEM INTERFACE ${WEIR_HOST_HEADERS})
  endif()
endfunction()

weir_host_headers(weir_boost boost)
if(WEIR_ENGINE_ONLY AND WEIR_TESTS)
  weir_host_headers(weir_catch2 catch2)
  add_library(Catch2::Catch2 ALIAS weir_catch2)
  weir_host_headers(weir_json nlohmann)
  add_library(nlohmann_json::nlohmann_json ALIAS weir_json)
endif()
