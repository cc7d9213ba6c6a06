# websocketpp, header-only: websocketpp::websocketpp, from its CMake package or from its headers alone.
find_package(websocketpp CONFIG QUIET)

if(NOT TARGET websocketpp::websocketpp)
  find_path(WEBSOCKETPP_INCLUDE_DIR websocketpp/processors/hybi13.hpp)
  mark_as_advanced(WEBSOCKETPP_INCLUDE_DIR)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(websocketpp REQUIRED_VARS WEBSOCKETPP_INCLUDE_DIR)

if(websocketpp_FOUND AND NOT TARGET websocketpp::websocketpp)
  add_library(websocketpp::websocketpp INTERFACE IMPORTED)
  target_include_directories(websocketpp::websocketpp INTERFACE "${WEBSOCKETPP_INCLUDE_DIR}")
endif()
