# Configures Pushwire in FOLDER without cpp-httplib, and again when it is there: pushwire::pages has to be built then.
file(REMOVE_RECURSE "${FOLDER}")

function(configure hidden)
  execute_process(
    COMMAND "${CMAKE_COMMAND}" -S "${PUSHWIRE}" -B "${FOLDER}" -G "${GENERATOR}" "-DCMAKE_CXX_COMPILER=${CXX}"
      "-DCMAKE_C_COMPILER=${CC}" -DPUSHWIRE_BUILD_TESTS=OFF -DPUSHWIRE_BUILD_SAMPLES=OFF -DPUSHWIRE_BUILD_BENCH=OFF
      -DPUSHWIRE_TLS=OFF  # CMake's FindOpenSSL wants PkgConfig
      "-DCMAKE_DISABLE_FIND_PACKAGE_PkgConfig=${hidden}" "-DCMAKE_DISABLE_FIND_PACKAGE_httplib=${hidden}"
    OUTPUT_VARIABLE said COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND "${CMAKE_COMMAND}" --build "${FOLDER}" --target help
    OUTPUT_VARIABLE targets COMMAND_ERROR_IS_FATAL ANY)
  string(FIND "${said}" "pushwire::pages is left out: cpp-httplib was not found" told)
  string(FIND "${targets}" "pushwire_pages" built)
  if(hidden AND (told EQUAL -1 OR NOT built EQUAL -1))
    message(FATAL_ERROR "Without cpp-httplib: ${said}")
  elseif(NOT hidden AND (NOT told EQUAL -1 OR built EQUAL -1))
    message(FATAL_ERROR "With cpp-httplib: ${said}")
  endif()
endfunction()

configure(ON)
configure(OFF)
