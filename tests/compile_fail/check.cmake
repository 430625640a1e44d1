# Compiles PROGRAM and compares the outcome with its first line: "// compiles" or
# "// fails: PATTERN".
file(STRINGS ${PROGRAM} first LIMIT_COUNT 1)
execute_process(
  COMMAND ${COMPILER} -std=c++20 -fsyntax-only -I${ROOT} ${PROGRAM}
  RESULT_VARIABLE status ERROR_VARIABLE messages OUTPUT_VARIABLE messages)

if(first STREQUAL "// compiles")
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "should compile:\n${messages}")
  endif()
elseif(first MATCHES "^// fails: (.+)$")
  set(pattern "${CMAKE_MATCH_1}")
  if(status EQUAL 0)
    message(FATAL_ERROR "compiles, but must not")
  endif()
  if(NOT messages MATCHES "${pattern}")
    message(FATAL_ERROR "fails without a word of '${pattern}':\n${messages}")
  endif()
else()
  message(FATAL_ERROR "the first line says neither '// compiles' nor '// fails: PATTERN'")
endif()
