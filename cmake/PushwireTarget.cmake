# What all of Pushwire's own targets have in common.

# pushwire_own_target(<target>)
# C++17 exactly (websocketpp does not compile as C++20), hidden symbols, our warnings.
function(pushwire_own_target target)
  set_target_properties(${target} PROPERTIES
    CXX_STANDARD 17
    CXX_STANDARD_REQUIRED ON
    CXX_EXTENSIONS OFF
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    POSITION_INDEPENDENT_CODE ON)
  if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
    # GCC's -Wconversion leaves out the sign in C++; Clang's is made to mean the same.
    target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wshadow -Wconversion
      $<$<CXX_COMPILER_ID:Clang>:-Wno-sign-conversion>)
    if(PUSHWIRE_WERROR)
      target_compile_options(${target} PRIVATE -Werror)
    endif()
  endif()
  if(CMAKE_CXX_FLAGS MATCHES "-fsanitize=thread")
    # ThreadSanitizer knows no fences. Asio's stand beside its mutexes, which say the same; ours order atomics, where
    # there is no race to be seen.
    target_compile_definitions(${target} PRIVATE ASIO_DISABLE_FENCED_BLOCK)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -Wno-tsan)
    endif()
  endif()
  get_target_property(type ${target} TYPE)
  if(BUILD_SHARED_LIBS AND type STREQUAL "OBJECT_LIBRARY")
    target_compile_definitions(${target} PRIVATE PUSHWIRE_BUILDING)
  endif()
endfunction()

# pushwire_require(<package> [VERSION <v>] FOR <what> PACKAGE <debian package>)
# find_package that fails with a sentence saying who needs it and where it comes from. `FOR` names the option that
# would leave it out, where there is one.
macro(pushwire_require name)
  cmake_parse_arguments(pushwire_require "" "FOR;PACKAGE;VERSION" "" ${ARGN})
  find_package(${name} ${pushwire_require_VERSION} QUIET)
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR
      "${name} was not found, and ${pushwire_require_FOR} needs it (Debian package: ${pushwire_require_PACKAGE}).")
  endif()
endmacro()
