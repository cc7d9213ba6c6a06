# The transports that are built in: each is a folder below plugins/transports/ and an option PUSHWIRE_TRANSPORT_<NAME>.

# pushwire_add_transport(<folder> [LIBRARIES <target>...])
# For a plugin's own CMakeLists.txt: an object library of every .cpp in the folder, which sees the public headers and
# the libraries named here, and nothing else of Pushwire.
function(pushwire_add_transport folder)
  cmake_parse_arguments(PARSE_ARGV 1 transport "" "" "LIBRARIES")
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  set(target pushwire_transport_${folder})
  add_library(${target} OBJECT ${sources})
  add_library(pushwire::transport_${folder} ALIAS ${target})
  pushwire_own_target(${target})
  target_link_libraries(${target} PUBLIC pushwire_headers PRIVATE ${transport_LIBRARIES})
endfunction()

# pushwire_add_builtin_transports(<folder>...)
# Adds the plugins that are switched on, in this order of preference, and the generated list of them
# (src/builtin_transports.hpp). Sets PUSHWIRE_TRANSPORT_TARGETS.
function(pushwire_add_builtin_transports)
  set(includes "")
  set(makers "")
  set(targets "")
  foreach(folder IN LISTS ARGN)
    string(TOUPPER ${folder} option)
    if(PUSHWIRE_TRANSPORT_${option})
      add_subdirectory(plugins/transports/${folder})
      list(APPEND targets pushwire_transport_${folder})
      string(APPEND includes "#include \"plugins/transports/${folder}/${folder}_transport.hpp\"\n")
      string(APPEND makers "  transports.push_back(make_${folder}_transport(limits));\n")
    endif()
  endforeach()

  set(source "${PROJECT_BINARY_DIR}/generated/pushwire/builtin_transports.cpp")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/builtin_transports.cpp.in" "${source}" @ONLY)
  add_library(pushwire_builtin_transports OBJECT "${source}")
  pushwire_own_target(pushwire_builtin_transports)
  target_include_directories(pushwire_builtin_transports PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(pushwire_builtin_transports PUBLIC pushwire_headers)
  set(PUSHWIRE_TRANSPORT_TARGETS "${targets}" PARENT_SCOPE)
endfunction()
