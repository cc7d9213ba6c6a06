# The host's own routes, by cpp-httplib: a library of its own, pushwire::pages, and the only one that needs cpp-httplib.

# As a CMake package (upstream) or by pkg-config (Debian): pushwire_httplib. Either brings the definitions that cpp-httplib
# was built with; they change the size of its types.
find_package(httplib CONFIG QUIET)
if(TARGET httplib::httplib)
  set(pushwire_httplib httplib::httplib)
  set_target_properties(httplib::httplib PROPERTIES IMPORTED_GLOBAL ON)
else()
  find_package(PkgConfig QUIET)
  if(PkgConfig_FOUND)
    pkg_check_modules(PUSHWIRE_HTTPLIB QUIET IMPORTED_TARGET GLOBAL cpp-httplib)
  endif()
  if(TARGET PkgConfig::PUSHWIRE_HTTPLIB)
    set(pushwire_httplib PkgConfig::PUSHWIRE_HTTPLIB)
  endif()
endif()

# What was found is not kept: cpp-httplib may be there the next time.
set(PUSHWIRE_PAGES AUTO CACHE STRING
  "Build pushwire::pages, the host's own routes by cpp-httplib: ON, OFF, or AUTO, where cpp-httplib is found")
set_property(CACHE PUSHWIRE_PAGES PROPERTY STRINGS AUTO ON OFF)
if(PUSHWIRE_PAGES STREQUAL "AUTO")
  set(PUSHWIRE_PAGES OFF)
  if(pushwire_httplib)
    set(PUSHWIRE_PAGES ON)
  else()
    message(STATUS "Pushwire: pushwire::pages is left out: cpp-httplib was not found (Debian package: libcpp-httplib-dev)")
  endif()
elseif(NOT PUSHWIRE_PAGES)
  message(STATUS "Pushwire: pushwire::pages is left out: PUSHWIRE_PAGES is ${PUSHWIRE_PAGES}")
endif()
if(PUSHWIRE_PAGES AND NOT pushwire_httplib)
  message(FATAL_ERROR "cpp-httplib was not found, and PUSHWIRE_PAGES needs it (Debian package: libcpp-httplib-dev).")
endif()

# Compiled once, as objects, like the core: tests are linked from the same.
function(pushwire_add_pages)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/src/pages/*.cpp")
  add_library(pushwire_pages_objects OBJECT ${sources})
  pushwire_own_target(pushwire_pages_objects)
  target_include_directories(pushwire_pages_objects PRIVATE "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(pushwire_pages_objects PUBLIC pushwire_headers ${pushwire_httplib} Threads::Threads)

  add_library(pushwire_pages $<TARGET_OBJECTS:pushwire_pages_objects>)
  add_library(pushwire::pages ALIAS pushwire_pages)
  set_target_properties(pushwire_pages PROPERTIES
    LINKER_LANGUAGE CXX
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  target_link_libraries(pushwire_pages PUBLIC pushwire ${pushwire_httplib} Threads::Threads)
endfunction()
