# llhttp, the HTTP/1 parser: llhttp::llhttp. Three ways to have it, tried in this order:
#   1. a CMake package of that name
#   2. pkg-config's libllhttp
#   3. the C sources that Debian's node-llhttp ships, compiled here as a small static library
if(TARGET llhttp::llhttp)
  set(llhttp_FOUND TRUE)
  return()
endif()

find_package(llhttp CONFIG QUIET)
if(NOT TARGET llhttp::llhttp)
  foreach(candidate llhttp::llhttp_shared llhttp::llhttp_static)
    if(TARGET ${candidate} AND NOT TARGET llhttp::llhttp)
      add_library(llhttp::llhttp INTERFACE IMPORTED)
      target_link_libraries(llhttp::llhttp INTERFACE ${candidate})
    endif()
  endforeach()
endif()
if(TARGET llhttp::llhttp)
  set(llhttp_origin "CMake package")
endif()

if(NOT llhttp_origin)
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(LLHTTP QUIET IMPORTED_TARGET libllhttp)
    if(TARGET PkgConfig::LLHTTP)
      add_library(llhttp::llhttp INTERFACE IMPORTED)
      target_link_libraries(llhttp::llhttp INTERFACE PkgConfig::LLHTTP)
      set(llhttp_origin "pkg-config")
    endif()
  endif()
endif()

if(NOT llhttp_origin)
  find_path(LLHTTP_SOURCE_DIR llhttp.c PATHS /usr/share/llhttp NO_DEFAULT_PATH)
  find_path(LLHTTP_INCLUDE_DIR llhttp.h PATHS /usr/share/include/llhttp NO_DEFAULT_PATH)
  mark_as_advanced(LLHTTP_SOURCE_DIR LLHTTP_INCLUDE_DIR)
  if(LLHTTP_SOURCE_DIR AND LLHTTP_INCLUDE_DIR)
    add_library(pushwire_llhttp STATIC
      "${LLHTTP_SOURCE_DIR}/api.c" "${LLHTTP_SOURCE_DIR}/http.c" "${LLHTTP_SOURCE_DIR}/llhttp.c")
    add_library(llhttp::llhttp ALIAS pushwire_llhttp)
    target_include_directories(pushwire_llhttp SYSTEM PUBLIC "$<BUILD_INTERFACE:${LLHTTP_INCLUDE_DIR}>")
    target_compile_options(pushwire_llhttp PRIVATE -w)
    set_target_properties(pushwire_llhttp PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden
      UNITY_BUILD OFF)
    set(llhttp_origin "sources in ${LLHTTP_SOURCE_DIR}")
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(llhttp REQUIRED_VARS llhttp_origin)
