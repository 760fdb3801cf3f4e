/** The label that finds a construct's containers, whose names are random. */
export const CONSTRUCT_LABEL = 'cdktf-go-docker.construct';
