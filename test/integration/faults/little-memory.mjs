// Has a process believe that it is in a container with little memory: so many bytes as ABLATE_TEST_MEMORY says.
process.constrainedMemory = () => Number(process.env.ABLATE_TEST_MEMORY);
